#include "core/task_spec.hpp"

#include "core/enum_names.hpp"

#include <array>

namespace troupe::core {

namespace {

constexpr std::array<std::string_view, 3> on_failure_names{
  "cancel",
  "run",
  "skip",
};
static_assert(on_failure_names.size()
              == static_cast<size_t>(on_failure_last) + 1);

constexpr std::array<std::string_view, 2> wish_names{"prefer", "require"};
static_assert(wish_names.size() == static_cast<size_t>(agent_wish_last) + 1);

} // namespace

std::string_view to_string(on_failure x) noexcept {
  return name_of(on_failure_names, x);
}

result<on_failure> parse_on_failure(std::string_view text) {
  return parse_name<on_failure>(on_failure_names,
                                "a way to go on after a failure", text);
}

std::string_view to_string(agent_wish x) noexcept {
  return name_of(wish_names, x);
}

result<agent_wish> parse_agent_wish(std::string_view text) {
  return parse_name<agent_wish>(wish_names, "a kind of wish for an agent",
                                text);
}

} // namespace troupe::core
