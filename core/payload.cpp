#include "core/payload.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::core {

namespace {

/// Where the nesting of JSON text first exceeds `levels_max`; npos if nowhere.
size_t find_too_deep(std::string_view text, size_t levels_max) noexcept {
  size_t depth = 0;
  auto is_in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = text[i];
    if (is_in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        is_in_string = false;
    } else if (c == '"') {
      is_in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > levels_max)
        return i;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return std::string_view::npos;
}

std::string place_of(std::string_view text, size_t offset) {
  auto before = text.substr(0, offset);
  auto line = std::count(before.begin(), before.end(), '\n') + 1;
  auto start = before.rfind('\n');
  auto column = start == before.npos ? offset + 1 : offset - start;
  return fmt::format("line {}, column {}", line, column);
}

} // namespace

bool is_too_deep(std::string_view text, size_t levels_max) noexcept {
  return find_too_deep(text, levels_max) != std::string_view::npos;
}

std::string_view type_of(const json& x) noexcept {
  switch (x.type()) {
    case json::value_t::null:
      return "null";
    case json::value_t::object:
      return "an object";
    case json::value_t::array:
      return "a list";
    case json::value_t::string:
      return "a string";
    case json::value_t::boolean:
      return "a boolean";
    case json::value_t::number_integer:
    case json::value_t::number_unsigned:
    case json::value_t::number_float:
      return "a number";
    case json::value_t::binary:
    case json::value_t::discarded:
      break;
  }
  return "no JSON value";
}

payload::payload(json value) {
  if (!value.is_null())
    value_ = std::make_shared<const json>(std::move(value));
}

payload::payload(json::initializer_list_t value) : payload(json(value)) {
  // nop
}

const json& payload::value() const noexcept {
  static const json null;
  return value_ ? *value_ : null;
}

std::string payload::dump() const {
  return value().dump(-1, ' ', false, json::error_handler_t::replace);
}

result<payload> payload::parse(std::string_view text) {
  if (auto at = find_too_deep(text, nesting_max); at != text.npos)
    return fail(ec::invalid_argument,
                fmt::format("{}: nested more than {} levels deep",
                            place_of(text, at), nesting_max));
  try {
    // Not in braces, which would make a list of it.
    return payload(json::parse(text));
  } catch (const json::parse_error& x) {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: ..."
    std::string_view what{x.what()};
    // There a line break already counts as part of the next line.
    auto i = what.find("parse error at ");
    if (i != what.npos)
      i = what.find(": ", i);
    if (i != what.npos)
      what.remove_prefix(i + 2);
    auto place = place_of(text, x.byte > 0 ? x.byte - 1 : 0);
    return fail(ec::invalid_argument, fmt::format("{}: {}", place, what));
  } catch (const json::exception& x) {
    return fail(ec::invalid_argument, x.what());
  }
}

} // namespace troupe::core
