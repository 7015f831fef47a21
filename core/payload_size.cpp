#include "core/payload_size.hpp"

#include <fmt/format.h>

namespace troupe::core {

namespace {

/// What a number has at most, or nearly so.
constexpr size_t number_bytes = 8;

/// `size` is what has been counted so far.
void add_size(const json& x, size_t enough, size_t& size) {
  switch (x.type()) {
    case json::value_t::object:
      size += 2;
      for (auto& [key, value] : x.get_ref<const json::object_t&>()) {
        if (size > enough)
          return;
        size += key.size() + 4;
        add_size(value, enough, size);
      }
      return;
    case json::value_t::array:
      size += 2;
      for (auto& value : x.get_ref<const json::array_t&>()) {
        if (size > enough)
          return;
        ++size;
        add_size(value, enough, size);
      }
      return;
    case json::value_t::string:
      size += x.get_ref<const std::string&>().size() + 2;
      return;
    case json::value_t::binary:
      size += x.get_binary().size();
      return;
    case json::value_t::number_integer:
    case json::value_t::number_unsigned:
    case json::value_t::number_float:
      size += number_bytes;
      return;
    case json::value_t::null:
    case json::value_t::boolean:
    case json::value_t::discarded:
      size += 4;
  }
}

} // namespace

size_t rough_size(const json& x, size_t enough) {
  size_t size = 0;
  add_size(x, enough, size);
  return size;
}

result<void> check_size(const payload& x, size_t bytes_max,
                        std::string_view what) {
  if (x.is_null() || rough_size(x.value(), bytes_max) <= bytes_max)
    return {};
  error why{ec::limit_exceeded,
            fmt::format("{} of about {} bytes: no more than {} are taken "
                        "(payload_bytes_max); put it into a file and hand on "
                        "its name",
                        what, rough_size(x.value()), bytes_max)};
  why.is_permanent = true;
  return fail(std::move(why));
}

} // namespace troupe::core
