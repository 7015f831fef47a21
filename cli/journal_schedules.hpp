#pragma once

#include "core/schedule_document.hpp"
#include "storage/journal.hpp"

#include <string>
#include <vector>

namespace troupe::cli {

/// Those a journal keeps, in the order of their names. `ec::journal_corrupt`
/// names one that cannot be read; else as storage::journal::load().
core::result<std::vector<core::kept_schedule>>
schedules_in(storage::journal& journal);

/// A line for each, after their number.
std::string render_schedules(const std::vector<core::kept_schedule>& all);
core::json to_json(const std::vector<core::kept_schedule>& all);

} // namespace troupe::cli
