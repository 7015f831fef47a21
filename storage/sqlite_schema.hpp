#pragma once

#include "storage/sqlite.hpp"

#include <cstdint>

namespace troupe::storage {

/// What marks a file of SQLite as a journal: "trpj".
inline constexpr int64_t journal_application_id = 0x7472706a;

/// Of the tables as this version of Troupe makes them.
inline constexpr int64_t journal_schema_version = 2;

/// The tables that version 2 added.
const char* tables_of_version_2() noexcept;

/// What a file that was opened is.
enum class journal_state { empty, old_journal, journal };

/// Whether it is empty (and may become a journal), a journal in an older format
/// (storage/sqlite_migrations.hpp), or one in this version's. `journal_too_new`
/// if a newer version wrote it, `journal_failed` if it is something else,
/// `journal_corrupt` if tables are missing.
core::result<journal_state> examine_schema(sqlite_database& database);

/// Refuses all but a journal in this version's format; errors as above, and
/// `journal_failed` for an empty file and an older format.
core::result<void> require_journal(sqlite_database& database);

/// Makes the tables in an empty file, all of them or none.
core::result<void> create_schema(sqlite_database& database,
                                 core::time_point now);

} // namespace troupe::storage
