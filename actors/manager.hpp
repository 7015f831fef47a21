#pragma once

// Long because it is one actor; the sources are split.

#include "actors/environment.hpp"
#include "actors/internal_messages.hpp"
#include "actors/journal_intake.hpp"
#include "actors/timer.hpp"
#include "core/admissions.hpp"
#include "messages/interfaces.hpp"

#include <tsl/robin_map.h>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
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
  /// Null without a journal.
  std::shared_ptr<journal_intake> intake;
  messages::journal_actor journal;
  /// The last batch that has to be safe before anybody is told anything more.
  uint64_t barrier = 0;
  /// Why the journal cannot write.
  core::error trouble;
  /// When this process began.
  core::time_point began = core::never;
};

/// Shell around core::task_registry and, before it, core::admissions: passes on
/// what they decide, and remembers who wants to be told of which end. With a
/// journal nobody is told anything before it is safe what it follows from.
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
    std::string by;
  };

  /// Who is told of an end, and as the end of which task.
  struct watcher {
    messages::task_watcher_actor who;
    core::task_id as;
  };

  /// For whom a child is submitted.
  struct child_request {
    core::attempt_key parent;
    bool is_awaited = false;
    messages::parent_actor host;
    messages::task_watcher_actor watcher;
  };

  using spec_list = std::vector<core::task_spec_ptr>;
  using record_list = std::vector<core::task_record>;

  caf::result<messages::done> submit(const messages::submit_tasks& x);
  bool is_known(const core::task_spec_ptr& spec) const;
  void on_stream(messages::stream_tasks& x);
  void on_children(messages::submit_children& x);
  void take_child(const core::task_spec_ptr& spec,
                  const child_request& request);
  core::result<void> submit_child(core::task_spec_ptr spec,
                                  const child_request& request,
                                  const record_list& elsewhere);
  core::result<void> may_submit_child(const core::task_spec_ptr& spec,
                                      const child_request& request) const;
  void refuse_child(const core::task_spec& spec, const child_request& request,
                    const core::error& why);
  void await_child(const core::task_id& child, const core::task_id& existing,
                   const child_request& request, const record_list& elsewhere);
  caf::result<messages::done> await(const messages::await_tasks& x);
  caf::result<messages::done>
  await_written(const std::vector<core::task_id>& tasks,
                messages::task_watcher_actor client);
  void tell_ended(const messages::task_watcher_actor& client,
                  record_list records);
  void begin(const environment& env, messages::event_bus_actor bus,
             std::shared_ptr<manager_memory> memory);
  void on_report(messages::report_attempts& x);
  void on_event(messages::report_event& x);
  void observe(const core::attempt_outcome& x,
               messages::attempts_observed& observed) const;
  caf::result<messages::done> cancel(const messages::cancel_task& x);
  caf::result<messages::done>
  set_priority(const messages::set_task_priority& x);
  messages::done progress(messages::update_progress& x);
  caf::result<messages::done> pause(const messages::pause_task& x);
  caf::result<messages::done> resume(const messages::resume_task& x);
  void on_question(messages::ask_input& x);
  caf::result<messages::done> provide(messages::provide_input& x);
  messages::input_list inputs(size_t limit) const;
  void on_paused(const messages::attempt_paused& x);
  void tell_answers(std::vector<core::input_answer> answers);
  void forget_askers();
  caf::result<messages::done> drop(const messages::drop_dead_letter& x);
  caf::result<messages::dead_letters_dropped>
  drop_all(const messages::drop_dead_letters& x);
  caf::result<messages::explanation> explain(const core::task_id& id);
  caf::result<messages::done> await_idle();
  caf::result<core::task_stats> stats();
  messages::done stop_accepting(const messages::stop_accepting& x);
  messages::done attach(messages::attach_queue& x);
  void listeners_changed(bool has_listeners);
  void bar(messages::bar_circuits& x);
  void pass_on(messages::allow_probe x);
  void clean_up();
  void expire();

  using done_promise = caf::typed_response_promise<messages::done>;

  /// What was decided at one time, and is told when a batch is safe.
  struct telling {
    uint64_t batch = 0;
    core::registry_actions actions = {};
    std::vector<core::admissions::verdict> verdicts = {};
    std::vector<acknowledgement> acknowledgements = {};
    std::vector<done_promise> idle = {};
    /// An answer, or an order to a queue.
    std::function<void()> last = {};
  };

  // With a journal: manager_journal.cpp.
  bool is_safe() const noexcept;
  void record();
  void keep_back(std::vector<core::admissions::verdict> verdicts,
                 std::vector<done_promise> idle);
  void on_committed(uint64_t batch);
  void on_condition(core::error trouble);
  caf::result<messages::done> keep(messages::keep_document& x);
  core::error not_written() const;
  core::result<void> check_journal() const;
  bool may_be_written(const core::task_spec& spec) const;
  bool is_ahead(core::time_point made) const;
  void look_up(spec_list specs, const std::function<void(spec_list)>& go_on,
               const std::function<void(core::error)>& decide);
  void look_up_keys(spec_list specs,
                    const std::function<void(spec_list, record_list)>& go_on,
                    const std::function<void(core::error)>& decide);
  bool may_have_written_keys(const spec_list& specs) const;
  void look_up_child(const core::task_spec_ptr& spec,
                     const child_request& request);
  void submit_after_look(spec_list specs, const asker& who);
  void submit_for(spec_list specs, asker who, const record_list& elsewhere);
  void decide_for(const core::task_id& first, const asker& who, core::error why,
                  std::vector<core::repetition> repeated = {});
  void audit(const std::string& by, const char* action,
             const core::task_id& task, std::string detail = {});
  void audit_replays(const spec_list& specs, const std::string& by);
  void recover_queue(uint32_t number, messages::queue_actor queue);

  /// Does it when all that was decided is safe.
  template <class F>
  void when_safe(F f) {
    if (is_safe())
      f();
    else
      untold_.push_back({.batch = memory_->barrier, .last = std::move(f)});
  }

  /// Answers then.
  template <class T>
  caf::result<T> answer(T x) {
    if (is_safe())
      return x;
    auto promise = self_->make_response_promise<T>();
    when_safe(
      [promise, x = std::move(x)]() mutable { promise.deliver(std::move(x)); });
    return promise;
  }

  core::result<core::admissions::ticket> accept(const spec_list& specs,
                                                core::admissions::repeats& keys,
                                                const std::string& by);
  void acknowledge(const messages::stream_client_actor& client,
                   messages::stream_acknowledged what);
  void tell_kept(std::vector<core::admissions::verdict> verdicts);
  caf::result<messages::task_found> get(const core::task_id& id);
  /// Hands on everything the registry has decided, now or when it is safe.
  void flush();
  void flush_soon();
  void clean_up_soon(core::time_point now);
  void tell(core::registry_actions& actions,
            std::vector<core::admissions::verdict> verdicts,
            std::vector<acknowledgement> acknowledgements,
            std::vector<done_promise> idle);
  void tell_queues(core::registry_actions& actions);
  void tell_watchers(std::vector<core::task_id> ended);
  void publish(std::vector<core::event>& events);

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
  tsl::robin_map<core::task_id, std::vector<watcher>> watchers_;
  /// Those whose handlers have asked, until their tasks have ended.
  tsl::robin_map<core::task_id, messages::input_asker_actor> askers_;
  std::vector<done_promise> idle_waiters_;
  std::vector<acknowledgement> acknowledgements_;
  /// In the order in which it was decided.
  std::deque<telling> untold_;
  /// Who waits until a document is safe; nothing if he has been answered.
  std::vector<std::shared_ptr<std::optional<done_promise>>> keepers_;
  uint64_t committed_ = 0;
  /// An id that was made after this, if it still is after the clock was read
  /// again, does not tell when it was made.
  mutable core::time_point ahead_from_ = core::never;
  /// Safe, and nobody listens.
  std::vector<core::event> unpublished_;
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
