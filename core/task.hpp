#pragma once

#include "core/task_spec.hpp"
#include "core/task_state.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::core {

enum class history_kind : uint8_t {
  submitted,
  ready,
  started,
  attempt_failed,
  attempt_lost,
  priority_changed,
  paused,
  resumed,
  ended,
  /// It asked a question, and got an answer.
  input_required,
  input_provided,
  /// As the task whose id is the detail.
  replayed,
};

inline constexpr history_kind history_kind_last = history_kind::replayed;

std::string_view to_string(history_kind x) noexcept;

/// One line of what happened to a task.
struct history_entry {
  time_point at = {};
  history_kind kind = history_kind::submitted;
  uint32_t attempt = 0;
  /// The agent, the error or the value, where there is one.
  std::string detail = {};
};

/// What became of a task: a snapshot, as clients get it.
struct task_record {
  task_spec_ptr spec = {};
  task_status status = task_status::pending;
  /// Why it waits; `none` unless pending.
  pending_reason reason = pending_reason::none;
  /// May differ from the spec's after set_priority.
  task_priority priority = {};
  /// The current or last attempt; 0 = not started.
  uint32_t attempt = 0;
  /// The agent of the current or last attempt.
  std::string agent = {};
  time_point created = never;
  time_point started = never;
  time_point finished = never;
  /// 0..100.
  double progress = 0;
  std::string progress_note = {};
  /// Of a completed task.
  payload result = {};
  /// Of a failed or cancelled task.
  std::optional<error> failure = {};
  /// Oldest first; the middle is dropped when it grows beyond its bound.
  std::vector<history_entry> history = {};

  const task_id& id() const noexcept {
    return spec->id;
  }

  const std::string& name() const noexcept {
    return spec->name;
  }

  bool has_ended() const noexcept {
    return is_end(status);
  }

  /// Ended without having run because nothing was left to do.
  bool was_skipped() const noexcept {
    return failure && failure->code == ec::skipped;
  }
};

/// What a task's dependents are told of it.
struct dependency_result {
  task_id task = {};
  std::string alias = {};
  task_status status = task_status::completed;
  payload result = {};
  /// Why it did not complete.
  std::optional<error> failure = {};
};

using dependency_results = std::vector<dependency_result>;

} // namespace troupe::core
