#pragma once

#include "actors/environment.hpp"
#include "actors/internal_messages.hpp"
#include "actors/timer.hpp"
#include "core/admissions.hpp"
#include "messages/interfaces.hpp"

#include <tsl/robin_map.h>

#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

namespace troupe::actors {

using manager_impl = compat::extend<messages::manager_actor, void(flush_due),
                                    void(clean_up_due), void(timer_due)>;

/// What outlives a manager and goes on with the one that takes its place.
struct manager_memory {
  explicit manager_memory(core::retention_settings retention)
    : registry(retention), admissions(registry) {
  }

  core::task_registry registry;
  core::admissions admissions;
  bool is_stopping = false;
  bool is_cancelling = false;
};

/// Shell around core::task_registry and, before it, core::admissions: passes on
/// what they decide, and remembers who wants to be told of which end.
class manager_state {
public:
  static inline const char* name = "manager";

  explicit manager_state(manager_impl::pointer self) : self_(self) {
  }

  manager_impl::behavior_type
  make_behavior(const environment& env, messages::event_bus_actor bus,
                std::shared_ptr<manager_memory> memory);

private:
  /// What a client that streams has not been told yet.
  struct acknowledgement {
    messages::stream_client_actor client;
    messages::stream_acknowledged what;
  };

  /// Who waits to hear of a submission that is kept: a request, or a client
  /// that streams.
  struct asker {
    caf::typed_response_promise<messages::done> promise;
    messages::stream_client_actor client;
  };

  caf::result<messages::done> submit(const messages::submit_tasks& x);
  bool is_known(const core::task_spec_ptr& spec) const;
  void on_stream(messages::stream_tasks& x);
  void on_children(messages::submit_children& x);
  messages::done await(const messages::await_tasks& x);
  void on_report(messages::report_attempts& x);
  void on_event(messages::report_event& x);
  void observe(const core::attempt_outcome& x,
               messages::attempts_observed& observed) const;
  messages::done cancel(const core::task_id& id);
  messages::done set_priority(const messages::set_task_priority& x);
  messages::done progress(messages::update_progress& x);
  messages::done pause(const core::task_id& id);
  messages::done resume(const core::task_id& id);
  void on_question(messages::ask_input& x);
  messages::done provide(messages::provide_input& x);
  messages::input_list inputs(size_t limit) const;
  void on_paused(const messages::attempt_paused& x);
  void tell_answers();
  messages::done drop(const core::task_id& dead_letter);
  caf::result<messages::explanation> explain(const core::task_id& id);
  caf::result<messages::done> await_idle();
  messages::done stop_accepting(bool is_cancelling);
  messages::done attach(messages::attach_queue& x);
  void listeners_changed(bool has_listeners);
  void bar(messages::bar_circuits& x);
  void pass_on(messages::allow_probe x);
  void clean_up();
  void expire();

  core::result<core::admissions::ticket>
  accept(const std::vector<core::task_spec_ptr>& specs);
  void acknowledge(const messages::stream_client_actor& client,
                   messages::stream_acknowledged what);
  void tell_kept(std::vector<core::admissions::verdict> verdicts);
  messages::task_found get(const core::task_id& id) const;
  /// Hands on everything the registry has decided.
  void flush();
  void flush_soon();
  void flush_queues();
  void tell_watchers();
  void publish();

  manager_impl::pointer self_;
  environment env_;
  std::shared_ptr<manager_memory> memory_;
  core::task_registry* registry_ = nullptr;
  core::admissions* admissions_ = nullptr;
  std::unordered_map<core::admissions::ticket, asker> kept_;
  messages::event_bus_actor bus_;
  /// Null if nobody wants to be told.
  messages::attempt_observer_actor observer_;
  /// What queues are kept from starting; it tells.
  messages::bar_circuits bars_;
  /// By their numbers; null if it has not been started again yet.
  std::vector<messages::queue_actor> queues_;
  tsl::robin_map<core::task_id, std::vector<messages::task_watcher_actor>>
    watchers_;
  /// Those whose handlers wait for answers.
  tsl::robin_map<core::task_id, messages::input_asker_actor> askers_;
  std::vector<caf::typed_response_promise<messages::done>> idle_waiters_;
  std::vector<acknowledgement> acknowledgements_;
  timer deadlines_;
  bool is_flush_due_ = false;
  bool is_clean_up_due_ = false;
  bool has_listeners_ = false;
};

manager_impl::behavior_type
manager(manager_impl::stateful_pointer<manager_state> self,
        const environment& env, messages::event_bus_actor bus,
        std::shared_ptr<manager_memory> memory);

} // namespace troupe::actors
