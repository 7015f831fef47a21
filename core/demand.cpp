#include "core/demand.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace troupe::core {

bool can_serve(const agent_spec& agent, const demand& x) noexcept {
  if (x.wish == agent_wish::require && !x.agent.empty() && x.agent != agent.id)
    return false;
  if (!covers(agent.resources, x.resources))
    return false;
  if (x.placement && !allows(*x.placement, agent.labels))
    return false;
  return std::ranges::all_of(x.capabilities, [&](const std::string& wanted) {
    return std::ranges::find(agent.capabilities, wanted)
           != agent.capabilities.end();
  });
}

std::string to_string(const demand& x) {
  auto text = fmt::format("[{}]", fmt::join(x.capabilities, ", "));
  if (!x.resources.empty())
    text += fmt::format(" with {}", describe(x.resources));
  if (x.wish == agent_wish::require && !x.agent.empty())
    text += fmt::format(" on agent {}", x.agent);
  if (!x.placement->required.empty())
    text += fmt::format(" where {}", describe(x.placement->required));
  return text;
}

} // namespace troupe::core
