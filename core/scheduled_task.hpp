#pragma once

#include "core/schedule_spec.hpp"
#include "core/schedule_state.hpp"
#include "core/task_id.hpp"

#include <string_view>

namespace troupe::core {

/// The id of the task of a run, as it was made at the run's nominal time. It
/// follows from what is kept of a schedule, so a run that is submitted twice,
/// also by another process, is the same task. Of a schedule that was removed
/// and added again, the runs are others.
task_id id_of_run(std::string_view schedule, time_point added,
                  const run_key& run);

// Metadata of the task of a run. What the schedule's task says itself stays.

/// The schedule's name.
inline constexpr std::string_view metadata_schedule = "schedule";
/// What the run is for, in ISO 8601.
inline constexpr std::string_view metadata_schedule_time = "schedule_time";
/// Its number.
inline constexpr std::string_view metadata_schedule_run = "schedule_run";

/// The task of a run: the schedule's, with its id and metadata.
task_spec task_of_run(const schedule_spec& schedule, time_point added,
                      const run_key& run);

} // namespace troupe::core
