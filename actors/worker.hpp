#pragma once

#include "actors/internal_messages.hpp"

namespace troupe::actors {

using agent_host_impl
  = compat::extend<messages::agent_host_actor, void(timer_due), void(executed)>;

/// The actor in an agent's slot: runs one blocking handler after the other on a
/// thread of its own, and dies of what a handler throws; its agent then starts
/// another. The attempt stays the agent's and outlives the execution.
class worker_state {
public:
  static inline const char* name = "worker";

  explicit worker_state(worker_actor::pointer self) : self_(self) {
  }

  worker_actor::behavior_type make_behavior(agent_host_impl agent);

private:
  static core::attempt_outcome run(const execute& x);

  worker_actor::pointer self_;
  agent_host_impl agent_;
};

worker_actor::behavior_type
worker(worker_actor::stateful_pointer<worker_state> self,
       agent_host_impl agent);

} // namespace troupe::actors
