#pragma once

#include "storage/journal.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace troupe::storage {

struct sqlite_options {
  /// Beside a process that has it open, too; commit() and forget() fail then.
  bool is_read_only = false;
  /// What others are told of who has it open.
  std::string program = "troupe";
  /// JSON text of results from this size on is kept apart from other rows.
  uint64_t blob_bytes_min = 64 * 1024;
  /// So many pages (of 4 KiB) are written before they are carried over to the
  /// file itself, which takes the longer the more they are.
  uint32_t checkpoint_pages = 4'000;
  /// Memory for pages that were read or written.
  uint64_t cache_bytes = 64 * 1024 * 1024;
  /// After an unclean end a file up to this size is checked as a whole on
  /// opening; larger ones are left to `troupe journal verify`.
  uint64_t check_bytes_max = 64 * 1024 * 1024;
  /// SQLite's name of the file system, for tests; empty = the usual one.
  std::string vfs = {};
};

/// Opens a journal in a file of SQLite; makes it if it is not there and may be
/// written. Beside it are `<path>-wal`, `<path>-shm` and `<path>-lock`.
/// docs/journal.md has the format.
///
/// Errors: `journal_in_use` names the process that has it open,
/// `journal_too_new`, `journal_full`, `journal_corrupt`, `journal_failed` (no
/// such directory, no permission, not a journal).
core::result<std::unique_ptr<journal>>
open_sqlite_journal(const std::string& path,
                    const sqlite_options& options = {});

} // namespace troupe::storage
