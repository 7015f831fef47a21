#pragma once

#include "actors/environment.hpp"
#include "actors/timer.hpp"
#include "core/work_queue.hpp"
#include "messages/interfaces.hpp"
#include "messages/type_ids.hpp"

#include <functional>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

namespace troupe::actors {

using queue_impl = compat::extend<messages::queue_actor, void(timer_due)>;

/// What outlives a queue and goes on with the one that takes its place.
struct queue_memory {
  core::queue_spec spec;
  bool is_paused = false;
  /// There has been one before.
  bool was_started = false;
};

/// Shell around core::work_queue. One that is started again asks the manager
/// for its tasks, and then the router for the attempts that live on agents; so
/// long it decides nothing, and what agents report waits.
class queue_state {
public:
  static inline const char* name = "queue";

  /// A receipt is asked for after so many reports of starts and ends. Nothing
  /// is started while two are due: then the manager is behind, and what it is
  /// told would only fill its mailbox.
  static constexpr size_t receipt_interval = 4096;
  static constexpr size_t receipts_max = 2;

  explicit queue_state(queue_impl::pointer self) : self_(self) {
  }

  queue_impl::behavior_type
  make_behavior(const environment& env, std::shared_ptr<queue_memory> memory,
                messages::manager_actor manager, messages::router_actor router,
                messages::event_bus_actor bus);

private:
  void enqueue(messages::enqueue_tasks& x);
  void withdraw(const messages::withdraw_tasks& x);
  void on_ended(messages::attempts_ended& x);
  void on_parked(const messages::attempts_parked& x);
  void on_unparked(const messages::attempts_unparked& x);
  void on_slots(messages::slots_changed& x);
  void on_agent_gone(uint32_t agent);
  void learn(const core::slot_grant& grant,
             const messages::agent_host_actor& host);
  void recover(messages::recover_tasks& x);
  void adopt(messages::slots_recovered& x);

  /// `f(x)`, now or when it has recovered.
  template <class Message, class F>
  void when_recovered(Message& x, F f) {
    if (is_recovering_)
      deferred_.push_back([f, x = std::move(x)]() mutable { f(x); });
    else
      f(x);
  }

  caf::result<messages::explanation> explain(const core::task_id& id);
  /// Once it has recovered: until then it knows of only a part.
  caf::result<core::queue_info> info();
  messages::done set_paused(bool is_paused);
  void flush();
  void report(core::queue_actions& actions);

  queue_impl::pointer self_;
  environment env_;
  std::shared_ptr<queue_memory> memory_;
  std::unique_ptr<core::work_queue> queue_;
  messages::manager_actor manager_;
  messages::router_actor router_;
  messages::event_bus_actor bus_;
  timer due_;
  std::unordered_map<uint32_t, messages::agent_host_actor> hosts_;
  /// Agents the manager has not been told of.
  std::vector<std::pair<uint32_t, std::string>> new_agents_;
  bool is_recovering_ = false;
  std::vector<std::function<void()>> deferred_;
  /// What was reported since a receipt was asked for, and how many receipts are
  /// still to come.
  size_t reported_ = 0;
  size_t receipts_due_ = 0;
};

/// It gets no slots until the router is told of it; see attach_queue_to_router.
queue_impl::behavior_type
queue(queue_impl::stateful_pointer<queue_state> self, const environment& env,
      std::shared_ptr<queue_memory> memory, messages::manager_actor manager,
      messages::router_actor router, messages::event_bus_actor bus);

} // namespace troupe::actors
