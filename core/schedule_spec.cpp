#include "core/schedule_spec.hpp"

#include "core/enum_names.hpp"

#include <array>

namespace troupe::core {

namespace {

constexpr std::array<std::string_view, 3> overlap_names{
  "skip",
  "queue",
  "cancel_previous",
};
static_assert(overlap_names.size()
              == static_cast<size_t>(overlap_policy_last) + 1);

constexpr std::array<std::string_view, 3> catch_up_names{"none", "one", "all"};
static_assert(catch_up_names.size()
              == static_cast<size_t>(catch_up_policy_last) + 1);

} // namespace

std::string_view to_string(overlap_policy x) noexcept {
  return name_of(overlap_names, x);
}

result<overlap_policy> parse_overlap_policy(std::string_view text) {
  return parse_name<overlap_policy>(overlap_names, "an overlap policy", text);
}

std::string_view to_string(catch_up_policy x) noexcept {
  return name_of(catch_up_names, x);
}

result<catch_up_policy> parse_catch_up_policy(std::string_view text) {
  return parse_name<catch_up_policy>(catch_up_names, "a catch-up policy", text);
}

} // namespace troupe::core
