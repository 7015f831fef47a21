#include "core/submission_keys.hpp"

#include "core/enum_names.hpp"

#include <array>

namespace troupe::core {

namespace {

constexpr std::array<std::string_view, 3> uniqueness_names{
  "pending",
  "unfinished",
  "time",
};
static_assert(uniqueness_names.size()
              == static_cast<size_t>(uniqueness_last) + 1);

} // namespace

std::string_view to_string(uniqueness x) noexcept {
  return name_of(uniqueness_names, x);
}

result<uniqueness> parse_uniqueness(std::string_view text) {
  return parse_name<uniqueness>(uniqueness_names, "a kind of uniqueness", text);
}

} // namespace troupe::core
