// What people, running handlers and the time ask of a task, apart from its own
// way.

#include "core/task_registry.hpp"
#include "core/task_registry_entry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace troupe::core {

result<void> task_registry::cancel(const task_id& id, time_point now,
                                   std::string_view why) {
  auto slot = find_unended(id);
  if (!slot)
    return fail(std::move(slot).error());
  end(*slot, task_status::cancelled, {},
      error{ec::cancelled, why.empty() ? "on request" : std::string{why}}, now);
  return {};
}

void task_registry::cancel_all(time_point now, std::string_view why) {
  // Whoever is cancelled with another is found ended when it is reached.
  for (size_t i = 0; i < order_.size(); ++i)
    if (auto slot = order_[i]; slot != none && !is_end(at(slot).status))
      end(slot, task_status::cancelled, {},
          error{ec::cancelled, std::string{why}}, now);
}

void task_registry::interrupt_all(time_point now,
                                  const std::set<std::string>& elsewhere) {
  is_interrupted_ = true;
  for (size_t i = 0; i < order_.size(); ++i) {
    auto slot = order_[i];
    if (slot == none || is_end(at(slot).status))
      continue;
    auto& x = at(slot);
    if (x.is_live && !x.is_volatile && elsewhere.contains(agent_name(x.agent)))
      continue;
    // What is live is withdrawn when it waits again.
    if (x.is_enqueued && (x.is_volatile || !x.is_live))
      actions_.queues[x.queue].withdraw.push_back(x.spec->id);
    if (x.is_volatile) {
      x.is_enqueued = false;
      end(slot, task_status::cancelled, {},
          error{ec::cancelled, "its process has ended"}, now);
    } else if (x.is_live) {
      extras_of(x).remember({now, history_kind::attempt_lost, x.attempt,
                             "the process was stopped"});
      wait_again(slot, pending_reason::queued, now);
      cancel_children(slot, "was interrupted", now);
    }
  }
}

result<std::optional<uint32_t>>
task_registry::set_priority(const task_id& id, task_priority priority,
                            time_point now) {
  auto slot = find(id);
  if (slot == none)
    return fail(ec::unknown_task, fmt::format("no task {}", to_string(id)));
  auto& x = at(slot);
  if (!priority.is_valid())
    return fail(ec::invalid_argument,
                fmt::format("a priority is 0..100, not {}", priority.value()));
  if (x.status != task_status::pending
      && (x.status != task_status::paused || x.is_live))
    return fail(ec::wrong_status,
                fmt::format("only the priority of a pending task can change; "
                            "'{}' is {}",
                            x.spec->name, to_string(x.status)));
  auto& unbegun = lines_[x.queue].unbegun;
  auto node = unbegun.extract({x.priority, x.position});
  x.priority = static_cast<uint8_t>(priority.value());
  if (node) {
    node.key().priority = x.priority;
    unbegun.insert(std::move(node));
  }
  touch(slot);
  extras_of(x).remember(
    {now, history_kind::priority_changed, x.attempt, to_string(priority)});
  push_event(event_kind::task_priority_changed, x, now).text
    = to_string(priority);
  if (x.is_enqueued)
    return std::optional<uint32_t>{x.queue};
  return std::optional<uint32_t>{};
}

result<void> task_registry::progress(const attempt_key& key, double percent,
                                     std::string note, time_point now) {
  auto slot = find(key.task);
  if (slot == none)
    return fail(ec::unknown_task,
                fmt::format("no task {}", to_string(key.task)));
  auto& x = at(slot);
  if (!x.is_live || (key.number != 0 && key.number != x.attempt))
    return fail(ec::wrong_status,
                fmt::format("task '{}' is {}; only a running one makes "
                            "progress",
                            x.spec->name, to_string(x.status)));
  if (!std::isfinite(percent))
    return fail(ec::invalid_argument, "progress is a number of 0..100");
  x.progress = static_cast<float>(std::clamp(percent, 0.0, 100.0));
  auto& added = push_event(event_kind::task_progress, x, now);
  added.progress = x.progress;
  added.text = note;
  if (!note.empty() || x.more)
    make_rare(x).progress_note = std::move(note);
  return {};
}

void task_registry::expire(time_point now) {
  while (auto slot = starts_due_.take_due(now))
    end(*slot, task_status::failed, {},
        error{ec::timeout,
              fmt::format("was not started within {} of being ready",
                          to_string(at(*slot).spec->limits.waiting))},
        now);
  while (auto slot = ends_due_.take_due(now))
    end(*slot, task_status::failed, {},
        error{ec::timeout,
              fmt::format("did not end within {} of its submission",
                          to_string(at(*slot).spec->limits.total))},
        now);
  expire_questions(now);
}

time_point task_registry::next_deadline() {
  return earliest(earliest(starts_due_.next(), ends_due_.next()),
                  next_question_due());
}

bool task_registry::report(const attempt_key& key, event x) {
  if (find(key) == none)
    return false;
  actions_.events.push_back(std::move(x));
  return true;
}

} // namespace troupe::core
