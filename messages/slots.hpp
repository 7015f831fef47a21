#pragma once

#include "core/agent_spec.hpp"
#include "core/queue_spec.hpp"
#include "core/slots.hpp"
#include "messages/agents.hpp"
#include "messages/compat.hpp"

#include <vector>

namespace troupe::messages {

/// From a queue to the router: what it would like to have, and what it gives
/// back.
struct want_slots {
  std::vector<core::slot_want> wants;
  std::vector<core::slot_count> returned;
  std::vector<core::lease_return> leases = {};
};

/// From the router to a queue.
struct slots_changed {
  std::vector<core::slot_grant> grants;
  /// The actors behind the grants, in the same order.
  std::vector<agent_host_actor> hosts;
  std::vector<core::slot_recall> recalls;
  /// See core::router_actions.
  std::vector<uint32_t> answered;
};

/// From the router to all queues: this agent is gone with all that ran on it.
struct agent_gone {
  uint32_t agent = 0;
};

} // namespace troupe::messages
