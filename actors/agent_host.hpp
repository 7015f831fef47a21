#pragma once

#include "actors/agent_definition.hpp"
#include "actors/agent_roster.hpp"
#include "actors/attempt.hpp"
#include "actors/sleepers.hpp"
#include "actors/timer.hpp"
#include "actors/worker.hpp"

#include <tsl/robin_map.h>

#include <memory>
#include <unordered_map>
#include <vector>

namespace troupe::actors {

/// An agent with handlers: runs cooperative ones and coroutines itself, gives
/// blocking ones to its workers, and replaces a worker that crashes.
class agent_host_state : public attempt_host {
public:
  static inline const char* name = "agent";

  explicit agent_host_state(agent_host_impl::pointer self) : self_(self) {
  }

  agent_host_impl::behavior_type
  make_behavior(const environment& env, agent_definition definition,
                reference<messages::attempt_owner_actor> manager,
                load_counter load);

  // -- attempt_host -----------------------------------------------------------

  uint64_t wake_at(attempt& who, core::time_point when,
                   std::coroutine_handle<> what) override;
  void forget_timer(uint64_t token) noexcept override;
  void await_child(attempt& who, const core::task_id& child,
                   std::coroutine_handle<> what, core::task_record& to,
                   core::error& refused) override;
  void forget_child(const core::task_id& child) noexcept override;
  void await_input(attempt& who, core::question question,
                   std::coroutine_handle<> what, core::payload& to,
                   core::error& failure) override;
  void await_resumption(attempt& who, std::coroutine_handle<> what) override;
  void forget_outside(attempt& who,
                      std::coroutine_handle<> what) noexcept override;
  void submit(messages::submit_children request) override;

private:
  struct parent {
    /// What was submitted, for a manager that has not heard of it.
    core::task_spec_ptr child;
    attempt* who = nullptr;
    std::coroutine_handle<> what;
    core::task_record* to = nullptr;
    core::error* refused = nullptr;
  };

  struct busy_worker {
    worker_actor worker;
    core::attempt_key key;
    messages::attempt_sink_actor sink;
    /// Its attempt is over, but the handler has not returned.
    bool is_abandoned = false;
  };

  using attempt_ptr = std::shared_ptr<attempt>;

  void run(messages::run_attempts& x);
  void start(core::attempt_order& order,
             const messages::attempt_sink_actor& sink);
  const handler* handler_of(const std::string& capability);
  void run_cooperative(core::attempt_order& order, const plain_handler& run,
                       const messages::attempt_sink_actor& sink);
  void start_blocking(core::attempt_order& order, const plain_handler& run,
                      const messages::attempt_sink_actor& sink);
  void start_coroutine(core::attempt_order& order, const coroutine_handler& run,
                       const messages::attempt_sink_actor& sink);
  void resume(attempt& x, std::coroutine_handle<> what);
  void after_resume(attempt& x);
  void park_if_waiting(attempt& x);
  void receive(core::attempt_key key);

  core::time_point now() const {
    return links_->env.now();
  }

  void child_ended(const core::task_id& child);
  void on_child(const core::task_id& child, core::task_record&& ended);
  void wait_outside(attempt& who, outside_wait x);
  void wait_again(attempt& who);
  void on_answer(core::input_answer& x);
  void set_pause(const core::attempt_key& key, uint32_t number);
  void outside_over(attempt& who, outside_wait& x);
  bool take_outside(const core::attempt_key& key);
  void unpark(attempt& who);
  void adopt(const messages::adopt_attempts& x);
  void ask_again(const std::string& queue);
  void wake_due();
  void set_timer();
  void set_deadline(attempt& x, core::duration from_now);
  void begin_watch(attempt& x);
  void watch(attempt& x);
  void look_after(attempt& x);
  void cancel(const core::attempt_key& key);
  void stop(attempt& x, core::error why);
  void give_up(attempt& x);
  void abandon_worker(const core::attempt_key& key);
  void abandoned_changed(int by);
  void tell_watcher();
  void worker_returned(core::attempt_outcome& outcome);
  void worker_died(const caf::down_msg& x);
  void finish(const core::attempt_key& key, core::attempt_outcome outcome);
  void report(const messages::attempt_sink_actor& sink,
              core::attempt_outcome outcome);
  void flush();
  void stop_all(bool is_at_once);
  void quit();

  agent_host_impl::pointer self_;
  std::shared_ptr<const attempt::links> links_;
  load_counter load_;
  /// The handler looked up last; neighbours mostly need the same.
  std::string last_capability_;
  const handler* last_handler_ = nullptr;
  std::vector<worker_actor> idle_workers_;
  std::unordered_map<caf::actor_addr, busy_worker> busy_workers_;
  uint32_t abandoned_ = 0;
  /// Who wants to know of those; null if nobody does.
  messages::agent_watcher_actor watcher_;
  sleepers sleepers_;
  sleepers deadlines_;
  timer timer_;
  tsl::robin_map<core::task_id, parent> parents_;
  /// Outcomes on their way to one queue.
  messages::attempt_sink_actor outbox_sink_;
  std::vector<core::attempt_outcome> outbox_;
  core::time_point outbox_since_ = core::never;
  bool is_stopping_ = false;
  /// Last, because coroutines that are destroyed with it take themselves out of
  /// what stands above.
  std::unordered_map<core::attempt_key, attempt_ptr> attempts_;
};

agent_host_impl::behavior_type
agent_host(agent_host_impl::stateful_pointer<agent_host_state> self,
           const environment& env, agent_definition definition,
           reference<messages::attempt_owner_actor> manager, load_counter load);

} // namespace troupe::actors
