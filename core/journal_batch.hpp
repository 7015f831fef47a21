#pragma once

#include "core/audit.hpp"
#include "core/durability.hpp"
#include "core/input.hpp"
#include "core/task.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

/// An answer a task was given; an attempt that starts over gets it at once.
struct given_answer {
  question what = {};
  payload answer = {};
  time_point at = never;
  uint32_t attempt = 0;
};

/// All that the next process has to know of a task. The registry makes one
/// whenever something of it has changed, and a later one says all that an
/// earlier one did.
struct task_image {
  /// Its place in the order of acceptance; counts from 1, and no number is used
  /// twice in a journal.
  uint64_t number = 0;
  task_spec_ptr spec = {};
  time_point created = never;
  /// No earlier image of it was made.
  bool is_new = false;
  /// An earlier image has told how it ended; now `is_dead_letter` or `history`
  /// has changed, and nothing else.
  bool is_end_known = false;
  core::durability durability = core::durability::strict;
  /// Somebody is told of it once it is safe; else it only says where the task
  /// is.
  bool is_awaited = true;

  task_status status = task_status::pending;
  /// The current or last attempt; 0 = not started.
  uint32_t attempt = 0;
  /// Its agent's id.
  std::string agent = {};
  /// The attempt has begun and is not over.
  bool is_live = false;
  task_priority priority = {};
  time_point ready_at = never;
  time_point started = never;
  time_point finished = never;
  /// Attempts that failed and were to be made again, and that were lost.
  uint32_t failures = 0;
  uint32_t losses = 0;
  /// When the next attempt may be made; `never` unless it waits for that.
  time_point retry_at = never;
  /// Somebody has paused it; `pause` counts how often.
  bool is_to_pause = false;
  uint32_t pause = 0;
  payload result = {};
  /// Code `none` unless it failed or was cancelled.
  error failure = {};
  bool is_dead_letter = false;
  /// Only what the times above do not tell.
  std::vector<history_entry> history = {};
  std::vector<given_answer> answers = {};

  bool has_ended() const noexcept {
    return is_end(status);
  }
};

/// What clients get of it. Why a task waits that has not ended is not in there.
task_record to_record(task_image image);

/// Anything small with a name that is kept until it is replaced or erased:
/// schedules, circuits, paused queues.
struct document {
  /// `schedule`, `circuit`, `queue`.
  std::string kind = {};
  std::string name = {};
  /// JSON; absent = erase it.
  std::optional<payload> value = {};
};

/// What is written together: all of it or nothing.
struct journal_batch {
  /// Batches are numbered from 1 without gaps, over all processes of a journal.
  uint64_t sequence = 0;
  /// At most one of a task, in the order of their numbers if they are new.
  std::vector<task_image> tasks = {};
  std::vector<document> documents = {};
  std::vector<audit_entry> audit = {};

  bool is_empty() const noexcept {
    return tasks.empty() && documents.empty() && audit.empty();
  }
};

} // namespace troupe::core
