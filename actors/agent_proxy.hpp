#pragma once

#include "actors/agent_host.hpp"

#include <unordered_map>

namespace troupe::actors {

/// Troupe's side of an agent that is an application's own CAF actor: turns
/// attempts into requests, and the end of the actor into its own.
class agent_proxy_state {
public:
  static inline const char* name = "agent-proxy";

  explicit agent_proxy_state(messages::agent_host_actor::pointer self)
    : self_(self) {
  }

  messages::agent_host_actor::behavior_type
  make_behavior(const environment& env, messages::agent_actor agent,
                load_counter load);

private:
  struct entry {
    core::task_spec_ptr spec;
    messages::attempt_sink_actor sink;
  };

  void run(const messages::run_attempts& x);
  void finish(core::attempt_outcome outcome);
  void adopt(const messages::adopt_attempts& x);
  void count();
  void stop_when_done();

  messages::agent_host_actor::pointer self_;
  environment env_;
  messages::agent_actor agent_;
  load_counter load_;
  std::unordered_map<core::attempt_key, entry> running_;
  bool is_stopping_ = false;
};

messages::agent_host_actor::behavior_type
agent_proxy(messages::agent_host_actor::stateful_pointer<agent_proxy_state>,
            const environment& env, messages::agent_actor agent,
            load_counter load);

} // namespace troupe::actors
