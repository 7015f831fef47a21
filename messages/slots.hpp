#pragma once

#include "core/agent_spec.hpp"
#include "core/node_spec.hpp"
#include "core/queue_spec.hpp"
#include "core/slots.hpp"
#include "messages/agents.hpp"
#include "messages/compat.hpp"

#include <string>
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

/// To the router, from a queue that was started again: which slots do my
/// attempts have? Answered by slots_recovered.
struct recover_slots {
  std::string queue;
  core::routing_strategy routing = core::routing_strategy::least_loaded;
};

/// The slots that are in use, and by what; the actors and the attempts in the
/// order of the grants.
struct slots_recovered {
  std::vector<core::slot_grant> grants;
  std::vector<agent_host_actor> hosts;
  std::vector<std::vector<core::live_attempt>> attempts;
};

/// From the router to all queues: this agent is gone with all that ran on it.
struct agent_gone {
  uint32_t agent = 0;
};

/// To the router, before agents come that name the node. Refused if it has
/// agents and was something else: drop it first.
struct set_node {
  core::node_spec spec;
};

/// To the router: it is gone, with all its agents and all that runs on them.
/// Done, too, if there is no such node.
struct drop_node {
  std::string name;
};

} // namespace troupe::messages
