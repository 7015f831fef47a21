// What a schedule keeper does for one run: it submits its task, watches it, and
// finds out what became of one that somebody before it had begun.

#include "actors/schedule_keeper.hpp"
#include "core/scheduled_task.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace troupe::actors {

namespace {

/// Between two tries to submit a run that is refused for now: it doubles up to
/// the second.
constexpr core::duration try_delay_min = std::chrono::seconds{1};
constexpr core::duration try_delay_max = std::chrono::minutes{1};

/// Whether the same may be accepted some time.
bool may_pass(const core::error& why) noexcept {
  if (why.is_permanent)
    return false;
  switch (why.code) {
    case core::ec::queue_full:
    case core::ec::circuit_open:
    case core::ec::rate_limited:
    case core::ec::key_busy:
    case core::ec::journal_full:
    case core::ec::journal_failed:
    case core::ec::unavailable:
    case core::ec::timeout:
    // It may be added yet.
    case core::ec::unknown_queue:
      return true;
    default:
      return false;
  }
}

} // namespace

void schedule_keeper_state::begin_run(const core::scheduled_run& run) {
  auto& name = run.schedule->name;
  auto* state = memory_->book.state(name);
  scheduled_task task{run.key, core::id_of_run(name, state->added, run.key)};
  names_.emplace(task.id, name);
  memory_->entries.at(name).task = task;
  begun_.push_back(name);
}

void schedule_keeper_state::cancel_run(const core::scheduled_run& run) {
  auto& name = run.schedule->name;
  auto& task = memory_->entries.at(name).task;
  if (!task || task->run != run.key)
    return;
  task->is_unwanted = true;
  if (task->at == stage::accepted)
    // It ends in whatever way, and that is all there is to know.
    compat::anon_send(contacts_.manager, messages::cancel_task{task->id});
  else if (task->at == stage::begun || task->at == stage::refused)
    end_run(name);
}

void schedule_keeper_state::end_run(const std::string& name) {
  auto& task = memory_->entries.at(name).task;
  if (!task)
    return;
  memory_->book.run_ended(name, task->run.number);
  names_.erase(task->id);
  refused_.erase(name);
  task.reset();
  changed_.insert(name);
}

scheduled_task* schedule_keeper_state::find(std::string_view name,
                                            const core::task_id& id) {
  auto i = memory_->entries.find(name);
  if (i == memory_->entries.end() || !i->second.task
      || i->second.task->id != id)
    return nullptr;
  return &*i->second.task;
}

void schedule_keeper_state::on_ended(const messages::tasks_ended& x) {
  for (auto& record : x.records)
    if (auto i = names_.find(record.id()); i != names_.end())
      end_run(std::string{i->second});
  follow_up();
}

// -- submission ---------------------------------------------------------------

void schedule_keeper_state::submit(const std::string& name,
                                   scheduled_task& task) {
  auto info = memory_->book.info(name, 0, env_.now());
  messages::submit_tasks request;
  request.specs.push_back(std::make_shared<const core::task_spec>(
    core::task_of_run(*info->spec, info->state.added, task.run)));
  task.at = stage::submitted;
  compat::request(self_, contacts_.submissions, caf::infinite,
                  std::move(request))
    .then([this, name, id = task.id](
            messages::done& x) { on_answer(name, id, std::move(x.failure)); },
          // It has died, and so does this one: its successor finds it out.
          [](const caf::error&) {});
}

void schedule_keeper_state::on_answer(const std::string& name,
                                      const core::task_id& id,
                                      core::error why) {
  auto* task = find(name, id);
  if (task == nullptr)
    return;
  if (why.code == core::ec::none) {
    tell(core::event_kind::schedule_fired, name,
         "for " + core::to_string(task->run.nominal), id);
    accepted(*task);
    watch(name, *task);
  } else {
    on_refusal(name, *task, std::move(why));
  }
  follow_up();
}

void schedule_keeper_state::on_refusal(const std::string& name,
                                       scheduled_task& task, core::error why) {
  task.at = stage::refused;
  if (task.is_unwanted) {
    end_run(name);
    return;
  }
  // The next process submits it.
  if (why.code == core::ec::stopping)
    return;
  auto passes = may_pass(why);
  if (task.retry_delay == core::duration::zero())
    tell(core::event_kind::schedule_refused, name,
         core::to_string(why)
           + (passes ? "; it is submitted again until it is accepted"
                     : "; there is no such run"),
         task.id);
  if (passes)
    try_later(name, task, why.retry_after);
  else
    end_run(name);
}

void schedule_keeper_state::try_later(const std::string& name,
                                      scheduled_task& task,
                                      core::duration at_least) {
  task.retry_delay = std::clamp(2 * task.retry_delay, try_delay_min,
                                try_delay_max);
  // Who says when to come back knows better.
  auto delay = at_least > core::duration::zero() ? at_least : task.retry_delay;
  task.retry_at = env_.now() + delay;
  refused_.insert(name);
}

/// Until it may be submitted.
void schedule_keeper_state::put_off(const std::string& name,
                                    scheduled_task& task) {
  task.at = stage::refused;
  task.retry_at = env_.now();
  refused_.insert(name);
}

void schedule_keeper_state::accepted(scheduled_task& task) {
  task.at = stage::accepted;
  task.was_accepted = true;
  task.retry_delay = core::duration::zero();
  if (task.is_unwanted)
    compat::anon_send(contacts_.manager, messages::cancel_task{task.id});
}

// -- what became of it --------------------------------------------------------

void schedule_keeper_state::watch(const std::string& name,
                                  scheduled_task& task) {
  compat::request(self_, contacts_.manager, caf::infinite,
                  messages::await_tasks{{task.id}})
    .then([this, name, id = task.id](
            messages::done& x) { on_watched(name, id, x.failure); },
          [](const caf::error&) {});
}

void schedule_keeper_state::on_watched(const std::string& name,
                                       const core::task_id& id,
                                       const core::error& why) {
  auto* task = find(name, id);
  if (task == nullptr)
    return;
  if (why.code != core::ec::none)
    look_up(name, id);
  else if (task->at == stage::unsure)
    accepted(*task);
  follow_up();
}

void schedule_keeper_state::look_up(const std::string& name,
                                    const core::task_id& id) {
  compat::request(self_, contacts_.manager, caf::infinite,
                  messages::get_task{id})
    .then([this, name,
           id](messages::task_found& x) { on_looked_up(name, id, x); },
          [](const caf::error&) {});
}

void schedule_keeper_state::on_looked_up(const std::string& name,
                                         const core::task_id& id,
                                         const messages::task_found& x) {
  auto* task = find(name, id);
  if (task == nullptr)
    return;
  auto is_known = x.failure.code != core::ec::unknown_task;
  auto has_ended = x.failure.code == core::ec::none && x.record.has_ended();
  // Forgotten, or never there and not missed.
  auto is_past = !is_known && (task->was_accepted || task->is_unwanted);
  if (has_ended || is_past)
    end_run(name);
  else if (is_known)
    // The journal could not be read.
    try_later(name, *task, {});
  else if (hands_out() && !is_paused(name))
    submit(name, *task);
  else
    put_off(name, *task);
  follow_up();
}

} // namespace troupe::actors
