#include "core/event.hpp"

#include "core/enum_names.hpp"

#include <array>

namespace troupe::core {

namespace {

constexpr std::array<std::string_view, 43> kind_names{
  "task_submitted",
  "task_ready",
  "task_started",
  "task_progress",
  "task_emitted",
  "task_logged",
  "task_retrying",
  "task_completed",
  "task_failed",
  "task_cancelled",
  "task_priority_changed",
  "queue_added",
  "queue_paused",
  "queue_resumed",
  "agent_joined",
  "agent_left",
  "events_dropped",
  "circuit_opened",
  "circuit_half_open",
  "circuit_closed",
  "agent_offline",
  "agent_online",
  "agent_paused",
  "agent_resumed",
  "task_input_required",
  "task_input_provided",
  "task_paused",
  "task_resumed",
  "actor_restarted",
  "journal_degraded",
  "journal_recovered",
  "schedule_added",
  "schedule_removed",
  "schedule_paused",
  "schedule_resumed",
  "schedule_fired",
  "schedule_skipped",
  "schedule_missed",
  "schedule_refused",
  "node_joined",
  "node_left",
  "node_suspect",
  "node_alive",
};
static_assert(kind_names.size() == static_cast<size_t>(event_kind_last) + 1);

} // namespace

std::string_view to_string(event_kind x) noexcept {
  return name_of(kind_names, x);
}

json to_json(const event& x) {
  json result{{"kind", to_string(x.kind)}};
  if (x.sequence != 0)
    result["sequence"] = x.sequence;
  if (x.at != never)
    result["at"] = to_string(x.at);
  if (!x.task.is_nil())
    result["task"] = to_string(x.task);
  if (x.attempt != 0)
    result["attempt"] = x.attempt;
  // Zero is where progress starts, so there it says something.
  if (x.kind == event_kind::task_progress)
    result["progress"] = x.progress;
  if (!x.subject.empty())
    result["subject"] = x.subject;
  if (!x.text.empty())
    result["text"] = x.text;
  if (!x.data.is_null())
    result["data"] = x.data.value();
  return result;
}

} // namespace troupe::core
