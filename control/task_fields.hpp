#pragma once

#include "control/object_reader.hpp"
#include "core/task_spec.hpp"

namespace troupe::control {

// A task as it is asked for, as a JSON object. The fields have the names and
// the shape that core::to_json() gives them in a record, so what is shown can
// be submitted: docs/control.md has the table.

/// Only what differs from a default-made one. Times of more than 100 days may
/// be off by a few nanoseconds.
core::json to_json(const core::task_spec& x);

/// A task of a submission, whose dependencies may go by the names of its
/// other tasks.
struct named_task {
  core::task_spec spec;
  /// Name of the task that each dependency is on; empty if it is on the one
  /// whose id it has.
  std::vector<std::string> names;
};

/// Only those fields, of an object that may have others.
named_task read_task(object_reader& in);

/// What is wrong with it is noted in `outer`.
named_task read_task(core::json from, std::string where, object_reader& outer);

/// Of a field that is a retry setting, a list of time limits, or a priority.
core::retry_settings read_retry(core::json from, std::string where,
                                object_reader& outer);
core::time_limits read_limits(core::json from, std::string where,
                              object_reader& outer);
std::optional<core::task_priority> read_priority(object_reader& from,
                                                 std::string_view name);

} // namespace troupe::control
