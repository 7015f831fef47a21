#pragma once

#include "core/task.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace troupe::core {

/// Which try at which task. Fences every outcome: one that is not of the
/// current attempt is dropped and counted.
struct attempt_key {
  task_id task;
  /// Counts from 1.
  uint32_t number = 0;

  friend auto operator<=>(const attempt_key&, const attempt_key&) = default;
};

/// A task whose dependencies have ended, as it goes into its queue.
struct ready_task {
  task_spec_ptr spec;
  /// The spec's, with references resolved.
  payload parameters;
  /// Null if the task has no dependencies.
  std::shared_ptr<const dependency_results> dependencies;
  task_priority priority;
  time_point ready_at = never;
  /// Attempts made before.
  uint32_t attempts = 0;
  /// It takes its place in line, but is not started until it is resumed.
  bool is_paused = false;
};

/// "Work on this", from a queue to an agent.
struct attempt_order {
  task_spec_ptr spec;
  payload parameters;
  std::shared_ptr<const dependency_results> dependencies;
  uint32_t number = 1;
  /// It waited for child tasks on this agent and goes on now.
  bool is_resumed = false;

  attempt_key key() const noexcept {
    return {spec->id, number};
  }
};

/// What came of an attempt, from an agent to the queue and on to the manager.
struct attempt_outcome {
  attempt_key key;
  time_point started = never;
  time_point finished = never;
  payload result;
  /// Code `none` = completed.
  error failure;

  bool is_success() const noexcept {
    return failure.code == ec::none;
  }
};

/// "This attempt has failed; there will be another one."
struct attempt_retry {
  attempt_outcome failed;
  /// Not before.
  time_point at = never;
};

/// "This attempt runs now."
struct attempt_start {
  attempt_key key;
  /// Which agent, by the router's number.
  uint32_t agent = 0;
  time_point at = never;
};

} // namespace troupe::core

template <>
struct std::hash<troupe::core::attempt_key> {
  size_t operator()(const troupe::core::attempt_key& x) const noexcept {
    return std::hash<troupe::core::task_id>{}(x.task) + x.number;
  }
};
