#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace troupe::core {

/// One run of a schedule: the `number`th, for a time of its timetable.
struct run_key {
  /// From 1.
  uint64_t number = 0;
  time_point nominal = never;

  friend bool operator==(const run_key&, const run_key&) = default;
};

/// What has become of a schedule. Together with its spec, all that a successor
/// needs to go on.
struct schedule_state {
  time_point added = never;
  /// What lies up to and with this has been dealt with.
  time_point passed = never;
  /// Runs handed out; the number of the last one.
  uint64_t runs = 0;
  /// The run that has been handed out and has not ended.
  std::optional<run_key> running = {};
  /// It is to be cancelled, which has been said.
  bool is_cancelling = false;
  /// Times whose runs wait for `running` to end.
  std::vector<time_point> waiting = {};
  /// What the last run was for.
  time_point last_nominal = never;
  /// Runs left out because the one before had not ended, and for when the last
  /// of them was.
  uint64_t skipped = 0;
  time_point last_skipped = never;
  /// Times that nobody looked at in time, and that were not caught up with.
  uint64_t missed = 0;
  bool is_paused = false;

  friend bool operator==(const schedule_state&, const schedule_state&)
    = default;
};

} // namespace troupe::core
