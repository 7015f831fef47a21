#include "core/agent_spec.hpp"

#include "core/enum_names.hpp"

#include <array>

namespace troupe::core {

namespace {

constexpr std::array<std::string_view, 3> agent_status_names{
  "idle",
  "busy",
  "offline",
};
static_assert(agent_status_names.size()
              == static_cast<size_t>(agent_status_last) + 1);

} // namespace

std::string_view to_string(agent_status x) noexcept {
  return name_of(agent_status_names, x);
}

} // namespace troupe::core
