#pragma once

#include "core/error.hpp"

#include <string_view>

struct sqlite3;

namespace troupe::storage {

/// Why the last call on a database failed, as a code of Troupe with a message
/// that names the file, what was done, and what to do about it:
///
/// - `journal_full`: disk, quota or file size
/// - `journal_corrupt`: pages or rows that are not as they were written
/// - `journal_failed`: all else that the system refuses
core::error sqlite_error(sqlite3* database, std::string_view path,
                         std::string_view doing);

/// The same for a result code of SQLite and an error number of the system.
core::error sqlite_error(int code, int number, std::string_view text,
                         std::string_view path, std::string_view doing);

} // namespace troupe::storage
