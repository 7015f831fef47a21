#pragma once

#include "core/error.hpp"

#include <string>

namespace troupe::storage {

/// Copies a journal in a file of SQLite to another file while it is in use: the
/// copy is as the journal was at one moment, and there as a whole or not at
/// all. `journal_failed` if there is a file with its name already.
core::result<void> backup_journal(const std::string& path,
                                  const std::string& to);

/// Gives back to the file system what forgotten tasks took. Nobody else may
/// have it open (`journal_in_use`), and there has to be room for a copy
/// (`journal_full`).
core::result<void> vacuum_journal(const std::string& path,
                                  const std::string& program = "troupe");

} // namespace troupe::storage
