#pragma once

#include "actors/agent_host.hpp"
#include "actors/environment.hpp"
#include "core/slot_router.hpp"
#include "messages/interfaces.hpp"
#include "messages/type_ids.hpp"

#include <unordered_map>
#include <vector>

namespace troupe::actors {

/// Shell around core::slot_router.
class router_state {
public:
  static inline const char* name = "router";

  explicit router_state(messages::router_actor::pointer self) : self_(self) {
  }

  messages::router_actor::behavior_type
  make_behavior(const environment& env, messages::event_bus_actor bus,
                uint32_t slots_max);

private:
  struct agent_entry {
    messages::agent_host_actor host;
    load_counter load;
    std::string id;
  };

  /// Whoever waits for an agent to be gone.
  struct leaving {
    uint32_t agent = 0;
    caf::typed_response_promise<messages::done> promise;
  };

  void on_wants(messages::want_slots& x);
  messages::done attach(messages::attach_queue_to_router& x);
  messages::done add(messages::add_agent& x);
  caf::result<messages::done> remove(const messages::remove_agent& x);
  void on_condition(messages::agent_condition& x);
  messages::agent_list list();
  void agent_died(const caf::down_msg& x);
  void agent_is_gone(uint32_t agent);
  void publish(core::event_kind kind, const std::string& agent,
               std::string why = {});
  void flush();

  messages::router_actor::pointer self_;
  environment env_;
  core::slot_router router_;
  messages::event_bus_actor bus_;
  std::vector<messages::queue_actor> queues_;
  std::unordered_map<caf::actor_addr, uint32_t> queue_numbers_;
  /// By the router's number; the handle is null when the agent is gone.
  std::vector<agent_entry> agents_;
  std::vector<leaving> leaving_;
};

/// `slots_max` bounds the slots lent at once; 0 = no bound.
messages::router_actor::behavior_type
router(messages::router_actor::stateful_pointer<router_state> self,
       const environment& env, messages::event_bus_actor bus,
       uint32_t slots_max);

} // namespace troupe::actors
