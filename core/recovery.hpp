#pragma once

#include "core/attempt.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::core {

/// A task of a queue that is gone, for the queue that takes its place.
struct recovered_task {
  /// `task.attempts` counts the attempt that runs, if one does.
  ready_task task;
  /// Attempts that failed, and that were lost.
  uint32_t failures = 0;
  uint32_t losses = 0;
  /// When the next attempt may be made.
  time_point not_before = never;
  /// The manager has heard of the start of the attempt and not of its end.
  bool is_running = false;
  /// Of the order to pause, if it is to.
  uint32_t pause = 0;
};

/// An attempt that has begun and is not known to be over.
struct live_on_agent {
  task_spec_ptr spec;
  uint32_t number = 0;
  /// The agent's id.
  std::string agent;
};

/// An attempt that an agent has not ended.
struct live_attempt {
  /// Parked: waits for child tasks and has no slot; unparking: has all it waits
  /// for, and wants a slot again.
  enum class state : uint8_t { running, parked, unparking };

  task_spec_ptr spec;
  uint32_t number = 0;
  state at = state::running;
  /// It has been told to pause at a checkpoint, or stands at one.
  bool is_paused = false;
  /// Under which the router has lent it slot and amounts; 0 = a plain slot.
  uint64_t lease = 0;

  attempt_key key() const noexcept {
    return {spec->id, number};
  }
};

} // namespace troupe::core
