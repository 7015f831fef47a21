#pragma once

#include "core/error.hpp"

#include <string>

namespace troupe::storage {

/// Only one process at a time writes a journal. Who holds the lock is written
/// in a file beside the journal, and the system lets go of it when the process
/// ends, however it ends. The file stays.
class journal_lock {
public:
  journal_lock() = default;

  /// `program` is what others are told of who holds it. `journal_in_use` names
  /// the process that does, `journal_failed` says why the file cannot be
  /// written.
  static core::result<journal_lock> take(const std::string& journal,
                                         const std::string& program);

  journal_lock(journal_lock&& other) noexcept;
  journal_lock& operator=(journal_lock&& other) noexcept;
  ~journal_lock();

private:
  explicit journal_lock(int file) noexcept : file_(file) {
  }

  int file_ = -1;
};

} // namespace troupe::storage
