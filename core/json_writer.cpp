#include "core/json_writer.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace troupe::core {

namespace {

/// Room for any number as text.
using digits = std::array<char, 32>;

template <class Number>
void append_number(std::string& to, Number x) {
  digits buffer;
  auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), x).ptr;
  to.append(buffer.data(), end);
}

/// Whether it stands in JSON as it is.
bool is_plain(std::string_view text) noexcept {
  auto plain = true;
  for (auto c : text)
    plain &= c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
  return plain;
}

} // namespace

void json_writer::separate() {
  if (to_.size() == start_)
    return;
  // Strings end in a quotation mark, so this can be no part of one.
  auto last = to_.back();
  if (last != '{' && last != '[' && last != ':')
    to_ += ',';
}

void json_writer::quote(std::string_view text) {
  if (is_plain(text)) {
    to_ += '"';
    to_ += text;
    to_ += '"';
    return;
  }
  to_ += json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

void json_writer::key(std::string_view name) {
  separate();
  to_ += '"';
  to_ += name;
  to_ += "\":";
}

void json_writer::value(std::string_view text) {
  separate();
  quote(text);
}

void json_writer::value(const task_id& id) {
  separate();
  constexpr auto hex = "0123456789abcdef";
  std::array<char, 38> text;
  text[0] = text[37] = '"';
  size_t at = 1;
  for (size_t nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20)
      text[at++] = '-';
    auto word = nibble < 16 ? id.high : id.low;
    text[at++] = hex[(word >> (60 - nibble % 16 * 4)) & 0xf];
  }
  to_.append(text.data(), text.size());
}

void json_writer::value(bool x) {
  separate();
  to_ += x ? "true" : "false";
}

void json_writer::value(double x) {
  separate();
  if (!std::isfinite(x)) {
    to_ += "null";
    return;
  }
  auto before = to_.size();
  append_number(to_, x);
  // A reader shall not take it for an integer.
  if (to_.find_first_of(".e", before) == std::string::npos)
    to_ += ".0";
}

void json_writer::value(int64_t x) {
  separate();
  append_number(to_, x);
}

void json_writer::value(uint64_t x) {
  separate();
  append_number(to_, x);
}

void json_writer::value(const json& x) {
  switch (x.type()) {
    case json::value_t::object:
      begin_object();
      for (auto& [name, item] : x.items()) {
        separate();
        quote(name);
        to_ += ':';
        value(item);
      }
      end_object();
      return;
    case json::value_t::array:
      begin_list();
      for (auto& item : x)
        value(item);
      end_list();
      return;
    case json::value_t::string:
      return value(std::string_view{x.get_ref<const std::string&>()});
    case json::value_t::boolean:
      return value(x.get<bool>());
    case json::value_t::number_integer:
      return value(x.get<int64_t>());
    case json::value_t::number_unsigned:
      return value(x.get<uint64_t>());
    case json::value_t::number_float:
      return value(x.get<double>());
    case json::value_t::null:
    case json::value_t::binary:
    case json::value_t::discarded:
      break;
  }
  separate();
  to_ += x.is_null() ? "null" : x.dump();
}

} // namespace troupe::core
