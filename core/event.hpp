#pragma once

#include "core/payload.hpp"
#include "core/task_id.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::core {

enum class event_kind : uint8_t {
  task_submitted,
  /// Its dependencies have ended; it is in its queue.
  task_ready,
  task_started,
  task_progress,
  /// A partial result: `data`.
  task_emitted,
  /// A line a handler logged: `text`.
  task_logged,
  /// An attempt ended without success, and there will be another.
  task_retrying,
  task_completed,
  task_failed,
  task_cancelled,
  task_priority_changed,
  queue_added,
  queue_paused,
  queue_resumed,
  agent_joined,
  agent_left,
  /// Events were dropped before a slow observer saw them: `text` says how many.
  events_dropped,
  /// It refuses or holds what needs it: `text` says why and until when.
  circuit_opened,
  /// The cool-down is over; it admits a few probes.
  circuit_half_open,
  circuit_closed,
  /// It takes no more work: `text` says why.
  agent_offline,
  agent_online,
  /// By order: it gets no more work until it is resumed.
  agent_paused,
  agent_resumed,
  /// A handler waits for an answer from outside: `text` is its question, `data`
  /// says what answers it takes.
  task_input_required,
  task_input_provided,
  task_paused,
  task_resumed,
  /// An actor of Troupe has died and was started again: `subject` is which, and
  /// `text` what it died of.
  actor_restarted,
  /// It cannot be written, and nothing is accepted: `text` says why.
  journal_degraded,
  journal_recovered,
  /// Of these `subject` is the schedule.
  schedule_added,
  schedule_removed,
  schedule_paused,
  schedule_resumed,
  /// A run was submitted and accepted: `task` is which.
  schedule_fired,
  /// Runs were left out, because the one before had not ended: `text` says how
  /// many.
  schedule_skipped,
  /// Times have passed while nobody looked, and there are no runs for them:
  /// `text` says how many.
  schedule_missed,
  /// A run was not accepted: `text` says why, and whether it is submitted
  /// again; `task` is its id.
  schedule_refused,
  /// Of these `subject` is the node. It has come, with its agents.
  node_joined,
  /// It is gone with its agents: `text` says why.
  node_left,
  /// Nothing was heard of it for a while; it gets no new work.
  node_suspect,
  node_alive,
};

inline constexpr event_kind event_kind_last = event_kind::node_alive;

/// The name as it is written in the enum.
std::string_view to_string(event_kind x) noexcept;

constexpr bool is_task_end(event_kind x) noexcept {
  return x == event_kind::task_completed || x == event_kind::task_failed
         || x == event_kind::task_cancelled;
}

/// Something that happened. Which fields are set depends on the kind.
struct event {
  /// Counts from 1 without gaps in the order of publication.
  uint64_t sequence = 0;
  time_point at = never;
  event_kind kind = event_kind::task_submitted;
  /// Of events about tasks.
  task_id task;
  uint32_t attempt = 0;
  /// 0..100, of task_progress.
  float progress = 0;
  /// Name of the queue, circuit or schedule or id of the agent, where one is
  /// concerned.
  std::string subject;
  /// Note, log line or error.
  std::string text;
  payload data;
};

/// One JSON object with only the fields that are set; times in ISO 8601.
json to_json(const event& x);

} // namespace troupe::core
