#pragma once

#include "actors/troupe.hpp"
#include "examples/scenarios/skills.hpp"

#include <filesystem>
#include <vector>

namespace examples {

/// Queues and agents as a file declares them.
struct configuration {
  std::vector<troupe::queue_spec> queues;
  std::vector<troupe::agent_spec> agents;
};

/// Reads a JSON file such as troupe.json: objects `queues` and `agents`, by
/// name. What a queue or agent does not say has its default. Throws `failure`
/// (`ec::invalid_argument`) that names the file and the field if something has
/// the wrong type or is unknown.
configuration load_configuration(const std::filesystem::path& file);

/// Adds the agents to `runtime`. Each can do what it declares, as far as it is
/// among `known`; else the capability is only something it has. Throws
/// `failure` if the runtime refuses one, also because it can do nothing.
void employ(troupe::runtime& runtime,
            const std::vector<troupe::agent_spec>& agents, const skills& known);

} // namespace examples
