#pragma once

#include "core/task.hpp"

#include <string>
#include <string_view>

namespace troupe::core {

/// Appends the record of a task that has ended as JSON text: all of it but how
/// far it had come, and what its history says beyond its times.
void encode_record(const task_record& x, std::string& to);

/// Reads what encode_record() wrote; `ec::invalid_argument` names the field
/// that is wrong or not known, or says that the task has not ended.
result<task_record> decode_record(std::string_view text);

} // namespace troupe::core
