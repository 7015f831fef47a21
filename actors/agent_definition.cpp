#include "actors/agent_definition.hpp"

#include <algorithm>

namespace troupe::actors {

agent_definition& agent_definition::has(std::string capability) {
  auto& known = spec_.capabilities;
  if (std::ranges::find(known, capability) == known.end())
    known.push_back(std::move(capability));
  return *this;
}

agent_definition& agent_definition::add(std::string capability, handler f) {
  has(capability);
  handlers_.insert_or_assign(std::move(capability), std::move(f));
  return *this;
}

} // namespace troupe::actors
