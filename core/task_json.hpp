#pragma once

#include "core/task.hpp"

namespace troupe::core {

/// One JSON object about the task, for reports: what was asked for and what
/// became of it. Only fields that are set; times in ISO 8601, durations in
/// seconds.
json to_json(const task_record& x);

/// `{"code": ..., "message": ...}`.
json to_json(const error& x);

} // namespace troupe::core
