#pragma once

#include "actors/environment.hpp"
#include "actors/internal_messages.hpp"
#include "actors/schedule_memory.hpp"
#include "actors/timer.hpp"
#include "messages/interfaces.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::actors {

using schedule_keeper_impl
  = compat::extend<messages::schedule_keeper_actor, void(timer_due)>;

/// Those a schedule keeper speaks to.
struct schedule_contacts {
  messages::manager_actor manager;
  /// The first gate, or the manager.
  messages::submission_actor submissions;
  messages::event_bus_actor bus;
};

/// Shell around core::schedule_book: submits the runs it hands out, hears of
/// their ends, and writes down what has become of schedules.
///
/// A document is told the manager before the submissions that follow from it,
/// so it is in the same batch of the journal, or in one before. And the id of a
/// run's task follows from what the document says. So whoever goes on with a
/// schedule knows which run was begun, asks whether it was accepted, and
/// submits it if not; one that was is refused a second end by its id.
class schedule_keeper_state {
public:
  static inline const char* name = "schedule-keeper";

  explicit schedule_keeper_state(schedule_keeper_impl::pointer self)
    : self_(self) {
  }

  schedule_keeper_impl::behavior_type
  make_behavior(const environment& env, std::shared_ptr<schedule_memory> memory,
                schedule_contacts contacts);

private:
  using stage = scheduled_task::stage;

  // Commands.
  caf::result<messages::done> add(messages::add_schedule& x);
  caf::result<messages::done> remove(const messages::remove_schedule& x);
  caf::result<messages::done> pause(const messages::pause_schedule& x);
  caf::result<messages::done> resume(const messages::resume_schedule& x);
  messages::schedule_found get(const messages::get_schedule& x) const;
  messages::done begin();
  messages::done stop();

  // What comes of runs.
  void on_ended(const messages::tasks_ended& x);
  void on_timer();

  /// Takes up what was under way when the last keeper, or process, ended.
  void go_on();
  bool hands_out() const noexcept;
  bool is_paused(std::string_view name) const;

  /// Carries out what the book says. At the end of each message.
  void follow_up();
  void begin_run(const core::scheduled_run& run);
  void cancel_run(const core::scheduled_run& run);
  void end_run(const std::string& name);

  /// The task, if it has not ended; else null.
  scheduled_task* find(std::string_view name, const core::task_id& id);

  void submit(const std::string& name, scheduled_task& task);
  void on_answer(const std::string& name, const core::task_id& id,
                 core::error why);
  void on_refusal(const std::string& name, scheduled_task& task,
                  core::error why);
  void try_later(const std::string& name, scheduled_task& task,
                 core::duration at_least);
  void put_off(const std::string& name, scheduled_task& task);

  /// Whether the manager has it: it tells of its end then.
  void watch(const std::string& name, scheduled_task& task);
  void on_watched(const std::string& name, const core::task_id& id,
                  const core::error& why);
  /// Whether anybody knows how it ended.
  void look_up(const std::string& name, const core::task_id& id);
  void on_looked_up(const std::string& name, const core::task_id& id,
                    const messages::task_found& x);
  void accepted(scheduled_task& task);

  core::document document_of(const std::string& name) const;
  void persist(const std::string& name);
  /// Answers when it is safe. `action`: what `by` did to it, for the audit log;
  /// empty = nothing.
  caf::result<messages::done> when_kept(const std::string& name,
                                        const std::string& by = {},
                                        std::string action = {});
  void tell(core::event_kind kind, const std::string& name,
            std::string text = {}, core::task_id task = {});
  void tell_counts(const std::string& name);

  schedule_keeper_impl::pointer self_;
  environment env_;
  std::shared_ptr<schedule_memory> memory_;
  schedule_contacts contacts_;
  /// Whose run it is.
  std::map<core::task_id, std::string> names_;
  /// Of those with a time to try again.
  std::set<std::string, std::less<>> refused_;
  /// To be written at the end of this message, and to be submitted then.
  std::set<std::string> changed_;
  std::vector<std::string> begun_;
  std::vector<core::event> events_;
  timer timer_;
};

schedule_keeper_impl::behavior_type schedule_keeper(
  schedule_keeper_impl::stateful_pointer<schedule_keeper_state> self,
  const environment& env, std::shared_ptr<schedule_memory> memory,
  schedule_contacts contacts);

} // namespace troupe::actors
