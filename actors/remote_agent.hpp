#pragma once

#include "actors/node_messages.hpp"

namespace troupe::actors {

/// An agent that lives on another node, as queues, router and manager see it:
/// passes all on to its node's session, and ends with it.
class remote_agent_state {
public:
  static inline const char* name = "remote-agent";

  explicit remote_agent_state(remote_agent_impl::pointer self) : self_(self) {
  }

  /// `number` is the agent's on its node.
  remote_agent_impl::behavior_type make_behavior(node_session_impl session,
                                                 uint32_t number);

private:
  void pass_on(messages::node_orders what,
               messages::attempt_sink_actor sink = {});
  void command(messages::order_kind kind, const core::attempt_key& key,
               uint32_t number = 0);
  void run(messages::run_attempts& x);
  void tell_ends(messages::tasks_ended& x);

  remote_agent_impl::pointer self_;
  node_session_impl session_;
  uint32_t number_ = 0;
  messages::agent_watcher_actor watcher_;
  messages::agent_condition condition_;
};

remote_agent_impl::behavior_type
remote_agent(remote_agent_impl::stateful_pointer<remote_agent_state> self,
             node_session_impl session, uint32_t number);

} // namespace troupe::actors
