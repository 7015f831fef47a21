#pragma once

#include "core/dead_letters.hpp"
#include "storage/journal.hpp"

#include <span>
#include <string>
#include <vector>

namespace troupe::storage {

/// A task that had failed, and the new one that does what it was to do.
struct replayed_task {
  core::task_id failed = {};
  core::task_id as = {};
};

/// Dead letters that match, in the order of their ids; `limit` and `after` do
/// not count.
core::result<std::vector<core::task_id>>
list_dead_letters(journal& in, const core::dead_letter_query& query);

/// Submits tasks that have failed once more, in the journal itself, all of them
/// or none: each as a new task, which the next process that uses the journal
/// begins. Dead letters are none any more then. What is asked of a replay by
/// runtime::replay_dead_letter() is asked here, too; but a task that has failed
/// need not be a dead letter. `by` is who did it, for the audit log.
///
/// Errors beside those of the journal: `unknown_task`; `wrong_status` if it has
/// not failed, or was replayed before; `key_conflict` if another task with its
/// unique key has not ended; `invalid_argument` if the journal has forgotten a
/// task that it depends on.
core::result<std::vector<replayed_task>>
replay_tasks(journal& in, std::span<const core::task_id> failed,
             core::task_id_generator& ids, core::time_point now,
             const std::string& by);

} // namespace troupe::storage
