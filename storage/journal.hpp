#pragma once

#include "core/journal_batch.hpp"
#include "core/submission_keys.hpp"
#include "core/task_query.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace troupe::storage {

/// What a process gets from its journal when it starts.
struct journal_visitor {
  /// The tasks that have not ended, those that ended and one of these depends
  /// on (or is a child of), and dead letters, in the order of their numbers.
  std::function<void(core::task_image&& image)> on_task;
  std::function<void(core::document&& document)> on_document;
};

/// Which ended tasks to forget.
struct retention_order {
  /// Those that ended before; `never` = none for their age.
  core::time_point finished_before = core::never;
  /// Of the rest, the oldest beyond so many.
  uint64_t count_max = UINT64_MAX;
  /// Only tasks of this queue; empty = of all queues but `other_queues`.
  std::string queue = {};
  std::vector<std::string> other_queues = {};
  /// Numbers of tasks that are still needed, in ascending order. Dead letters
  /// are needed, too, and need not be named.
  std::vector<uint64_t> needed = {};
  /// At most so many in one call.
  uint64_t steps = 1000;
};

/// Which entries of the audit log to forget: the first ones, up to one that is
/// to stay.
struct audit_retention_order {
  /// Entries from before; `never` = none for their age.
  core::time_point before = core::never;
  /// Of the rest, the oldest beyond so many.
  uint64_t count_max = UINT64_MAX;
  /// At most so many in one call.
  uint64_t steps = 1000;
};

struct journal_info {
  /// Where it is: a path, or what it is called.
  std::string place = {};
  uint32_t schema_version = 0;
  uint64_t bytes = 0;
  uint64_t unended = 0;
  uint64_t completed = 0;
  uint64_t failed = 0;
  uint64_t cancelled = 0;
  uint64_t dead_letters = 0;
  uint64_t audit_entries = 0;
  /// Of the last batch that was committed.
  uint64_t sequence = 0;
};

/// The durable record from which everything is rebuilt. One process has it open
/// for writing at a time. Used by one thread at a time; it does not lock.
///
/// Errors of all members: `journal_full` (no room; what was there is there, and
/// the same may be tried again), `journal_failed` (the system says no: the
/// message says what, where, and what to do), `journal_corrupt`.
class journal {
public:
  virtual ~journal() = default;

  /// Writes a batch and returns when it is safe. A batch whose sequence is not
  /// greater than sequence() is in there already: nothing happens. After an
  /// error nothing of it is in there, and the same batch may be tried again.
  virtual core::result<void> commit(const core::journal_batch& batch) = 0;

  /// Does what would hold up the next commits, or make them slower: to be
  /// called when those who waited for a commit have been told. What does not
  /// succeed is tried again; a journal that is never told to is only slower.
  virtual void tidy_up() noexcept = 0;

  /// Of the last batch that was committed; 0 = none yet.
  virtual uint64_t sequence() const noexcept = 0;

  /// The greatest number of a task that ever was in it.
  virtual uint64_t last_number() const noexcept = 0;

  virtual core::result<void> load(const journal_visitor& visitor) = 0;

  /// Whatever is in there of one task, ended or not.
  virtual core::result<std::optional<core::task_image>>
  find(const core::task_id& id) = 0;

  /// As the registry lists tasks, but over all that are in there.
  virtual core::result<core::task_page> list(const core::task_query& query) = 0;

  /// The task with this key; of a unique one, the last that was submitted with
  /// it. Keys are forgotten with their tasks.
  virtual core::result<std::optional<core::task_image>>
  find(const core::key_question& key) = 0;

  /// Looks at no more than 20,000 entries, so a page may hold fewer than asked
  /// for; only `next` says whether it is the last.
  virtual core::result<core::audit_page>
  list_audit(const core::audit_query& query) = 0;

  /// Forgets entries of the audit log; returns how many. The last one stays,
  /// and the chain can still be checked from the first one that is there.
  virtual core::result<uint64_t>
  forget_audit(const audit_retention_order& order) = 0;

  /// Forgets ended tasks, at most `steps`; returns how many those were. `on`
  /// sees each before it goes (to archive it), and `before` is called when all
  /// have been seen and none is gone (to make the archive safe); if one of them
  /// fails, nothing goes.
  virtual core::result<uint64_t>
  forget(const retention_order& order,
         const std::function<core::result<void>(const core::task_image&)>& on
         = {},
         const std::function<core::result<void>()>& before = {})
    = 0;

  virtual core::result<journal_info> info() = 0;

protected:
  journal() = default;
  journal(const journal&) = default;
  journal& operator=(const journal&) = default;
};

} // namespace troupe::storage
