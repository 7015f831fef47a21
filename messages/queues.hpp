#pragma once

#include "core/attempt.hpp"
#include "core/queue_spec.hpp"
#include "core/recovery.hpp"
#include "messages/compat.hpp"

#include <string>
#include <vector>

namespace troupe::messages {

struct enqueue_tasks {
  std::vector<core::ready_task> tasks;
};

/// From the manager to a queue that was started again: all it has to do.
struct recover_tasks {
  std::vector<core::recovered_task> tasks;
};

/// They have ended; forget or stop them.
struct withdraw_tasks {
  std::vector<core::task_id> tasks;
};

/// To the queue a task waits in.
struct change_priority {
  core::task_id task;
  core::task_priority priority;
};

struct pause_queue {};

struct resume_queue {};

/// Start what waits now, though `auto_start` is off.
struct process_queue {};

struct processed {
  uint64_t count = 0;
};

struct get_queue {};

/// To a queue: why has this task not started?
struct explain_waiting {
  core::task_id task;
};

} // namespace troupe::messages
