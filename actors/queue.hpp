#pragma once

#include "actors/environment.hpp"
#include "actors/timer.hpp"
#include "core/work_queue.hpp"
#include "messages/interfaces.hpp"
#include "messages/type_ids.hpp"

#include <unordered_map>

namespace troupe::actors {

using queue_impl = compat::extend<messages::queue_actor, void(timer_due)>;

/// Shell around core::work_queue.
class queue_state {
public:
  static inline const char* name = "queue";

  explicit queue_state(queue_impl::pointer self) : self_(self) {
  }

  queue_impl::behavior_type
  make_behavior(const environment& env, core::queue_spec spec,
                messages::manager_actor manager, messages::router_actor router,
                messages::event_bus_actor bus);

private:
  void on_slots(messages::slots_changed& x);
  caf::result<messages::explanation> explain(const core::task_id& id);
  messages::done set_paused(bool is_paused);
  void flush();

  queue_impl::pointer self_;
  environment env_;
  std::unique_ptr<core::work_queue> queue_;
  messages::manager_actor manager_;
  messages::router_actor router_;
  messages::event_bus_actor bus_;
  timer due_;
  std::unordered_map<uint32_t, messages::agent_host_actor> hosts_;
  /// Agents the manager has not been told of.
  std::vector<std::pair<uint32_t, std::string>> new_agents_;
};

/// It gets no slots until the router is told of it; see attach_queue_to_router.
queue_impl::behavior_type
queue(queue_impl::stateful_pointer<queue_state> self, const environment& env,
      core::queue_spec spec, messages::manager_actor manager,
      messages::router_actor router, messages::event_bus_actor bus);

} // namespace troupe::actors
