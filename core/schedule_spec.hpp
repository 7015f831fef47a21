#pragma once

#include "core/task_spec.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace troupe::core {

/// Once, at this time; at once if that has passed, under
/// `catch_up_settings`.
struct run_at {
  time_point at = never;
};

/// Once, so long after the schedule was added.
struct run_after {
  duration delay = duration::zero();
};

/// At `anchor`, and at every whole `interval` after it, however late a run
/// comes or how long it takes.
struct run_every {
  duration interval = duration::zero();
  /// `never`: the schedule's `start`, or else when it was added; then the first
  /// run is one interval after that.
  time_point anchor = never;
};

/// Whenever a clock in `zone` shows what a cron expression (core/cron.hpp)
/// names.
struct run_cron {
  std::string expression = {};
  /// A name of the tz database.
  std::string zone = "UTC";
};

using schedule_times = std::variant<run_at, run_after, run_every, run_cron>;

/// What becomes of a run whose time has come while the one before it has not
/// ended. There are never two at once.
enum class overlap_policy : uint8_t {
  /// It is left out, and counted.
  skip,
  /// It waits for its turn; see `schedule_spec::queue_max`.
  queue,
  /// The one before is to be cancelled, and this one begins when that has
  /// ended. One that was waiting for that already is left out.
  cancel_previous,
};

inline constexpr overlap_policy overlap_policy_last
  = overlap_policy::cancel_previous;

std::string_view to_string(overlap_policy x) noexcept;
result<overlap_policy> parse_overlap_policy(std::string_view text);

/// What becomes of times that passed while nobody looked: the process was down,
/// or the schedule was paused.
enum class catch_up_policy : uint8_t {
  /// Nothing.
  none,
  /// There is one run for all of them, for the last time.
  one,
  /// There is a run for each, one after the other, but for no more than the
  /// last `runs_max`.
  all,
};

inline constexpr catch_up_policy catch_up_policy_last = catch_up_policy::all;

std::string_view to_string(catch_up_policy x) noexcept;
result<catch_up_policy> parse_catch_up_policy(std::string_view text);

/// Of the times due at once, all but the last have been missed, and so has the
/// last if it is late by more than `late_max`.
struct catch_up_settings {
  catch_up_policy policy = catch_up_policy::one;
  duration late_max = std::chrono::minutes{1};
  /// With `all`.
  uint32_t runs_max = 10;
};

/// What is submitted, and when.
struct schedule_spec {
  /// No two schedules have the same; required.
  std::string name = {};
  std::string description = {};
  /// Each run is a task made after it. It has no id, parent or `replay_of`.
  task_spec task = {};
  schedule_times when = {};
  overlap_policy overlap = overlap_policy::skip;
  /// With `queue`: runs that wait at once; what is beyond is left out.
  uint32_t queue_max = 10;
  catch_up_settings catch_up = {};
  /// Each run is later than its time by something between zero and this, but
  /// not later than the next time. What it is follows from seed, name and time.
  duration jitter = duration::zero();
  /// For what is repeated: no time before `start`, none at or after `end`.
  time_point start = never;
  time_point end = never;
  /// So many runs, and then no more; 0 = no bound.
  uint64_t max_runs = 0;
  /// Begin paused.
  bool is_paused = false;
};

using schedule_spec_ptr = std::shared_ptr<const schedule_spec>;

/// What `queue_max` and `runs_max` may be.
inline constexpr uint32_t schedule_backlog_max = 1000;

/// No interval is shorter.
inline constexpr duration schedule_interval_min = std::chrono::milliseconds{1};

} // namespace troupe::core
