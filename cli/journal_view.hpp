#pragma once

#include "core/json_fields.hpp"
#include "core/task.hpp"
#include "storage/journal.hpp"
#include "storage/journal_check.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace troupe::cli {

// What `troupe journal` prints, for people and as JSON.

std::string render_info(const storage::journal_info& x);
core::json to_json(const storage::journal_info& x);

std::string render_verdict(const storage::journal_verdict& x);
core::json to_json(const storage::journal_verdict& x);

/// A table in no more than `width` columns, as far as its names allow.
std::string render_tasks(const std::vector<core::task_record>& tasks,
                         size_t width);

/// All there is to know of one task; its JSON is core::to_json().
std::string render_task(const core::task_record& task);

/// An entry of the audit log, on a line.
std::string render_entry(const core::audit_record& x);

core::json to_json(const core::audit_record& x);

} // namespace troupe::cli
