#pragma once

#include "control/object_reader.hpp"
#include "core/schedule_book.hpp"

namespace troupe::control {

/// Times in ISO 8601, durations in seconds, the task as
/// control/task_fields.hpp has it: docs/control.md has the table.
core::json to_json(const core::schedule_spec& x);

/// With what has become of it, and its next times.
core::json to_json(const core::schedule_info& x);

/// What is wrong with it is noted in `outer`.
core::schedule_spec read_schedule(core::json from, std::string where,
                                  object_reader& outer);

} // namespace troupe::control
