#pragma once

#include "actors/agent_definition.hpp"
#include "agents/capabilities.hpp"
#include "agents/process_bounds.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::agents {

/// What the standard agents are called, and how many slots each has.
struct standard_options {
  /// Stands before their ids, e.g. `east/`.
  std::string prefix = {};
  /// Programs running at once; 0 = as many as there are cores.
  uint32_t process_slots = 0;
  uint32_t file_slots = 4;
  uint32_t text_slots = 2;
  /// Sleeping holds no thread, so many may.
  uint32_t timer_slots = 10'000;
};

/// Runs programs: `process.run`.
actors::agent_definition process_agent(std::string id, uint32_t slots);

/// Reads, writes and finds files: `file.read`, `file.write`, `file.glob`.
actors::agent_definition file_agent(std::string id, uint32_t slots);

/// Fills in templates: `text.template`.
actors::agent_definition text_agent(std::string id, uint32_t slots);

/// Waits: `timer.sleep`.
actors::agent_definition timer_agent(std::string id, uint32_t slots);

/// The agents `process`, `file`, `text` and `timer`, which together do all that
/// this library can.
std::vector<actors::agent_definition>
standard_agents(const standard_options& options = {});

/// Lets `agent` do `capability` as well; false if the library has none of that
/// name. The bounds are for `process.run`.
bool add_standard(actors::agent_definition& agent, std::string_view capability,
                  const process_bounds& bounds = {});

} // namespace troupe::agents
