#include "cli/make_agent.hpp"

#include "agents/standard.hpp"

namespace troupe::cli {

actors::agent_definition make_agent(const agent_declaration& x) {
  actors::agent_definition result{x.spec.id};
  result.slots(x.spec.max_concurrent);
  if (!x.spec.name.empty())
    result.name(x.spec.name);
  for (auto& [key, value] : x.spec.labels)
    result.label(key, value);
  for (auto& [name, amount] : x.spec.resources)
    result.resource(name, amount);
  for (auto& capability : x.spec.capabilities)
    agents::add_standard(result, capability, x.bounds);
  for (auto& capability : x.has)
    result.has(capability);
  return result;
}

} // namespace troupe::cli
