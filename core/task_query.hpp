#pragma once

#include "core/task.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

/// Which tasks to list. All conditions given must hold.
struct task_query {
  std::optional<task_status> status = {};
  std::string queue = {};
  std::string owner = {};
  std::string tag = {};
  std::string name = {};
  /// Children of this task.
  task_id parent = {};
  /// At most so many, 1..1000.
  uint32_t limit = 100;
  /// Only tasks with a greater id: the `next` of the page before.
  task_id after = {};
};

/// Tasks in the order of their ids, which is that of submission.
struct task_page {
  std::vector<task_record> tasks = {};
  /// For `after` to get the next page; nil if this is the last one.
  task_id next = {};
};

/// How many tasks there are, by status.
struct task_stats {
  /// Known now: not ended, or ended and not yet cleaned up.
  uint64_t total = 0;
  uint64_t pending = 0;
  uint64_t running = 0;
  uint64_t paused = 0;
  uint64_t input_required = 0;
  uint64_t completed = 0;
  uint64_t failed = 0;
  uint64_t cancelled = 0;
  /// Accepted since the start.
  uint64_t submitted = 0;
  /// Outcomes that came when their attempt was no longer the current one.
  uint64_t outcomes_dropped = 0;
  /// Dead letters that are kept, and those that had to go to make room.
  uint64_t dead_letters = 0;
  uint64_t dead_letters_dropped = 0;

  uint64_t unended() const noexcept {
    return pending + running + paused + input_required;
  }
};

} // namespace troupe::core
