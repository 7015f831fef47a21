#include "cli/run_model.hpp"

#include <algorithm>
#include <utility>

namespace troupe::cli {

namespace {

using core::event_kind;
using core::task_status;

constexpr std::string_view skipped_name = "skipped";

} // namespace

run_model::run_model(const plan& p) {
  tasks_.reserve(p.tasks.size());
  for (auto& x : p.tasks) {
    positions_[x.spec.id] = tasks_.size();
    task_view view;
    view.name = x.spec.name;
    view.queue = x.spec.queue;
    view.group = x.group;
    tasks_.push_back(std::move(view));
  }
  counts_.total = counts_.waiting = tasks_.size();
}

void run_model::apply(const core::event& x) {
  auto found = positions_.find(x.task);
  if (x.task.is_nil() || found == positions_.end())
    return;
  auto position = found->second;
  auto& task = tasks_[position];
  switch (x.kind) {
    case event_kind::task_ready:
      set_ready(task, true);
      break;
    case event_kind::task_started:
      start(position, x);
      break;
    case event_kind::task_progress:
      task.progress = x.progress;
      task.note = x.text;
      break;
    case event_kind::task_retrying:
      close_attempt(task, x);
      change(position, task_status::pending);
      task.is_retrying = true;
      ++retrying_;
      break;
    case event_kind::task_completed:
    case event_kind::task_failed:
    case event_kind::task_cancelled:
      end(position, x);
      break;
    default:
      break;
  }
}

void run_model::apply(const core::task_record& x) {
  auto found = positions_.find(x.id());
  if (found == positions_.end())
    return;
  auto& task = tasks_[found->second];
  if (task.status == x.status || core::is_end(task.status))
    return;
  core::event told;
  told.task = x.id();
  told.attempt = x.attempt;
  told.subject = x.agent;
  if (x.started != core::never
      && (task.attempts.empty() || task.attempts.back().attempt < x.attempt)) {
    told.kind = event_kind::task_started;
    told.at = x.started;
    apply(told);
  }
  if (!x.has_ended())
    return;
  told.kind = x.status == task_status::completed ? event_kind::task_completed
              : x.status == task_status::failed  ? event_kind::task_failed
                                                 : event_kind::task_cancelled;
  told.at = x.finished;
  told.text = x.failure ? core::to_string(*x.failure) : "";
  apply(told);
}

void run_model::start(size_t position, const core::event& x) {
  auto& task = tasks_[position];
  set_ready(task, false);
  if (std::exchange(task.is_retrying, false))
    --retrying_;
  change(position, task_status::running);
  task.progress = 0;
  task.note.clear();
  attempt_span span;
  span.attempt = x.attempt;
  span.agent = x.subject;
  span.started = x.at;
  task.attempts.push_back(std::move(span));
}

void run_model::end(size_t position, const core::event& x) {
  auto& task = tasks_[position];
  set_ready(task, false);
  if (std::exchange(task.is_retrying, false))
    --retrying_;
  close_attempt(task, x);
  if (x.kind != event_kind::task_completed)
    task.error = x.text;
  // A condition that is false, or a dependency set to skip, ends a task as
  // cancelled with the code `skipped`; the event has it at the front.
  auto is_skipped = x.kind == event_kind::task_cancelled
                    && x.text.starts_with(skipped_name);
  change(position, x.kind == event_kind::task_completed ? task_status::completed
                   : x.kind == event_kind::task_failed
                     ? task_status::failed
                     : task_status::cancelled);
  if (is_skipped) {
    --count_of(task);
    task.is_skipped = true;
    ++count_of(task);
  }
}

void run_model::close_attempt(task_view& task, const core::event& x) {
  if (task.attempts.empty() || task.attempts.back().ended != core::never)
    return;
  auto& span = task.attempts.back();
  span.ended = x.at;
  span.outcome = x.kind;
  if (x.kind != event_kind::task_completed)
    span.error = x.text;
}

void run_model::change(size_t position, task_status status) {
  auto& task = tasks_[position];
  if (task.is_running())
    std::erase(running_, position);
  --count_of(task);
  task.status = status;
  ++count_of(task);
  if (task.is_running())
    running_.push_back(position);
}

void run_model::set_ready(task_view& task, bool is_ready) {
  if (task.is_ready == is_ready)
    return;
  task.is_ready = is_ready;
  auto& count = ready_[task.queue];
  count += is_ready ? 1 : -1;
}

size_t& run_model::count_of(const task_view& task) {
  switch (task.status) {
    case task_status::completed:
      return counts_.completed;
    case task_status::failed:
      return counts_.failed;
    case task_status::cancelled:
      return task.is_skipped ? counts_.skipped : counts_.cancelled;
    case task_status::pending:
      return counts_.waiting;
    default:
      return counts_.running;
  }
}

size_t run_model::ready_in(const std::string& queue) const {
  auto i = ready_.find(queue);
  return i != ready_.end() ? i->second : 0;
}

const task_view* run_model::find(const core::task_id& id) const {
  auto i = positions_.find(id);
  return i != positions_.end() ? &tasks_[i->second] : nullptr;
}

std::string_view outcome_of(const task_view& task) {
  return task.is_skipped ? skipped_name : core::to_string(task.status);
}

} // namespace troupe::cli
