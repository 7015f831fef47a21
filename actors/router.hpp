#pragma once

#include "actors/agent_roster.hpp"
#include "actors/environment.hpp"
#include "core/slot_router.hpp"
#include "messages/interfaces.hpp"
#include "messages/type_ids.hpp"

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace troupe::actors {

/// What outlives a router and goes on with the one that takes its place.
struct router_memory {
  struct agent {
    /// Null when it is gone.
    messages::agent_host_actor host;
    load_counter load;
    std::string id;
    /// Where it lives; empty = here.
    std::string node = {};
    /// It is to go, or has, because somebody wanted it to.
    bool is_removed = false;
  };

  /// `slots_max` bounds the slots lent at once; 0 = no bound.
  explicit router_memory(uint32_t slots_max) : router(slots_max) {
  }

  core::slot_router router;
  /// By the router's number.
  std::vector<agent> agents;
  /// Names of the queues, by the router's number.
  std::vector<std::string> queues;
  /// There has been one before.
  bool was_started = false;
};

/// Shell around core::slot_router. One that is started again lends nothing
/// until every queue has been started again, too, and has said what it has.
class router_state {
public:
  static inline const char* name = "router";

  explicit router_state(messages::router_actor::pointer self) : self_(self) {
  }

  messages::router_actor::behavior_type
  make_behavior(const environment& env, messages::event_bus_actor bus,
                std::shared_ptr<router_memory> memory,
                std::shared_ptr<agent_roster> roster);

private:
  /// A queue that has been started again, while the agents say what they run
  /// for it.
  struct recovery {
    uint64_t number = 0;
    uint32_t queue = 0;
    std::unordered_set<uint32_t> awaited;
    std::vector<core::slot_count> held;
    messages::slots_recovered answer;
  };

  /// Whoever waits for an agent to be gone.
  struct leaving {
    uint32_t agent = 0;
    caf::typed_response_promise<messages::done> promise;
  };

  void go_on();
  uint32_t queue_number(const std::string& name,
                        core::routing_strategy routing);
  void know(uint32_t number, messages::queue_actor queue);
  void on_wants(messages::want_slots& x);
  void recover(const messages::recover_slots& x);
  void on_adopted(messages::attempts_adopted& x);
  void finish(size_t recovery);
  std::optional<uint32_t> agent_of(const caf::actor_addr& host) const;
  messages::done attach(messages::attach_queue_to_router& x);
  messages::done set(messages::set_node& x);
  messages::done drop_node(const std::string& node);
  messages::done add(messages::add_agent x);
  bool was_removed(const std::string& id) const;
  caf::result<messages::done> remove(const messages::remove_agent& x);
  messages::done set_paused(const std::string& id, bool is_paused);
  void on_condition(messages::agent_condition& x);
  messages::agent_list list();
  void agent_died(const caf::down_msg& x);
  void drop(uint32_t agent);
  void agent_is_gone(uint32_t agent);
  void publish(core::event_kind kind, const std::string& agent,
               std::string why = {});
  void flush();

  messages::router_actor::pointer self_;
  environment env_;
  std::shared_ptr<router_memory> memory_;
  std::shared_ptr<agent_roster> roster_;
  messages::event_bus_actor bus_;
  /// By their numbers; null if it has not been started again yet.
  std::vector<messages::queue_actor> queues_;
  std::unordered_map<caf::actor_addr, uint32_t> queue_numbers_;
  std::vector<leaving> leaving_;
  std::vector<recovery> recoveries_;
  uint64_t last_recovery_ = 0;
  /// Queues that have not said what they have.
  std::unordered_set<uint32_t> missing_;
};

messages::router_actor::behavior_type
router(messages::router_actor::stateful_pointer<router_state> self,
       const environment& env, messages::event_bus_actor bus,
       std::shared_ptr<router_memory> memory,
       std::shared_ptr<agent_roster> roster);

} // namespace troupe::actors
