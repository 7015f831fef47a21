#pragma once

#include "core/journal_batch.hpp"
#include "storage/sqlite.hpp"

#include <string>
#include <string_view>

namespace troupe::storage {

/// A query for whole images, all of one or a few tables' rows: what follows
/// (`WHERE task.number = ?`) may name task, course and outcome.
std::string image_query(std::string_view condition);

/// The image in the current row of such a query. `journal_corrupt` names the
/// task and the column that cannot be read.
core::result<core::task_image> read_image(const sqlite_statement& row);

/// Of the current row, without reading the rest of it.
core::task_status status_of(const sqlite_statement& row) noexcept;
core::task_id id_of_row(const sqlite_statement& row) noexcept;
int64_t queue_of(const sqlite_statement& row) noexcept;

} // namespace troupe::storage
