#pragma once

#include "actors/environment.hpp"
#include "core/work_queue.hpp"
#include "messages/interfaces.hpp"
#include "messages/type_ids.hpp"

#include <unordered_map>

namespace troupe::actors {

/// Shell around core::work_queue.
class queue_state {
public:
  static inline const char* name = "queue";

  explicit queue_state(messages::queue_actor::pointer self) : self_(self) {
  }

  messages::queue_actor::behavior_type
  make_behavior(const environment& env, core::queue_spec spec,
                messages::manager_actor manager, messages::router_actor router,
                messages::event_bus_actor bus);

private:
  void on_slots(messages::slots_changed& x);
  caf::result<messages::explanation> explain(const core::task_id& id);
  messages::done set_paused(bool is_paused);
  void flush();

  messages::queue_actor::pointer self_;
  environment env_;
  std::unique_ptr<core::work_queue> queue_;
  messages::manager_actor manager_;
  messages::router_actor router_;
  messages::event_bus_actor bus_;
  std::unordered_map<uint32_t, messages::agent_host_actor> hosts_;
  /// Agents the manager has not been told of.
  std::vector<std::pair<uint32_t, std::string>> new_agents_;
};

/// It gets no slots until the router is told of it; see attach_queue_to_router.
messages::queue_actor::behavior_type
queue(messages::queue_actor::stateful_pointer<queue_state> self,
      const environment& env, core::queue_spec spec,
      messages::manager_actor manager, messages::router_actor router,
      messages::event_bus_actor bus);

} // namespace troupe::actors
