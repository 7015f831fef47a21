#pragma once

#include "core/resources.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::core {

enum class agent_status : uint8_t {
  /// No attempt runs on it.
  idle,
  /// At least one does.
  busy,
  /// It takes no work: paused, draining, gone, or too many of its handlers
  /// hang.
  offline,
};

inline constexpr agent_status agent_status_last = agent_status::offline;

std::string_view to_string(agent_status x) noexcept;

/// What an agent declares of itself.
struct agent_spec {
  /// Unique; what tasks name in `agent`.
  std::string id = {};
  /// For people; empty = the id.
  std::string name = {};
  std::vector<std::string> capabilities = {};
  /// Slots: how many attempts run on it at once; at least 1.
  uint32_t max_concurrent = 3;
  /// For people, and for the placement of tasks: core/placement.hpp.
  std::map<std::string, std::string> labels = {};
  /// What its attempts share. A task that needs something that is named neither
  /// here nor by the node does not come to this agent.
  resource_amounts resources = {};
  /// The name of the node it lives on; empty = the manager's own.
  std::string node = {};
};

/// How an agent is right now.
struct agent_info {
  agent_spec spec = {};
  agent_status status = agent_status::idle;
  /// Attempts running now.
  uint32_t running = 0;
  /// Slots lent to queues, running or kept ready.
  uint32_t leased = 0;
  /// Why it is offline.
  std::string note = {};
  /// Threads of handlers that did not stop when told to, and still run.
  uint32_t abandoned = 0;
  /// By order, until it is resumed.
  bool is_paused = false;
};

} // namespace troupe::core
