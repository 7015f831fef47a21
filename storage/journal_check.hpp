#pragma once

#include "core/error.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::storage {

/// What was found in a journal.
struct journal_verdict {
  uint64_t tasks = 0;
  uint64_t audit_entries = 0;
  /// Submissions whose specs could be compared with what was written down of
  /// them; of others, some tasks have been forgotten.
  uint64_t submissions_compared = 0;
  /// What is wrong, a sentence each, at most `journal_problems_max`.
  std::vector<std::string> problems = {};
};

inline constexpr size_t journal_problems_max = 100;

/// Looks at everything in a journal in a file of SQLite: that its pages and
/// indexes are whole, every row can be read and belongs to a task, no task has
/// both ended and not, the counts are right, and the chain of the audit log is
/// unbroken and says what was submitted. Reads only, also beside a process that
/// writes. Takes as long as reading the file. Errors as for opening it.
core::result<journal_verdict> verify_journal(const std::string& path);

} // namespace troupe::storage
