#pragma once

#include "core/journal_batch.hpp"
#include "storage/sqlite.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::storage {

/// How many tasks there are of a queue, by how they stand.
struct task_counts {
  int64_t unended = 0;
  int64_t completed = 0;
  int64_t failed = 0;
  int64_t cancelled = 0;
  int64_t dead_letters = 0;

  int64_t ended() const noexcept {
    return completed + failed + cancelled;
  }

  /// The one that a status counts in.
  int64_t& of(core::task_status status) noexcept;

  friend bool operator==(const task_counts&, const task_counts&) = default;
};

/// The queues of a journal with their counts, in memory and in its table
/// `queue`: changed in memory, written with the rest of a transaction, and
/// taken back with it.
class queue_counts {
public:
  struct entry {
    std::string name;
    int64_t number = 0;
    task_counts counts = {};
    /// Before the transaction.
    task_counts before = {};
    bool is_changed = false;
    bool is_new = false;
  };

  core::result<void> open(const sqlite_database& database);

  /// Reads all of them again.
  core::result<void> load();

  /// The queue's, whose counts are about to change; made if it is not there.
  entry& change(std::string_view name);

  /// Null if there is none.
  const entry* find(std::string_view name) const noexcept;
  const entry* find(int64_t number) const noexcept;

  /// Writes what has changed.
  core::result<void> write();

  /// The transaction has been committed, or rolled back.
  void accept() noexcept;
  void take_back();

  const std::map<std::string, entry, std::less<>>& all() const noexcept {
    return entries_;
  }

  task_counts total() const noexcept;

private:
  std::map<std::string, entry, std::less<>> entries_;
  std::vector<entry*> changed_;
  /// The last one that was asked for: tasks of one queue come together.
  entry* last_ = nullptr;
  int64_t number_max_ = 0;
  sqlite_statement select_;
  sqlite_statement insert_;
  sqlite_statement update_;
};

} // namespace troupe::storage
