#pragma once

#include "cli/plan.hpp"
#include "core/event.hpp"
#include "storage/journal.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::cli {

/// Keys in the metadata of tasks that are in a journal: the pipeline file they
/// come from, the run they belong to (one that goes on with another is the same
/// run), and a hash over all that decides what they do.
inline constexpr std::string_view file_key = "troupe.file";
inline constexpr std::string_view run_key = "troupe.run";
inline constexpr std::string_view fingerprint_key = "troupe.fingerprint";

/// Of a task's metadata; empty if it is not there.
std::string_view metadata_of(const core::task_spec& spec, std::string_view key);

enum class task_origin : uint8_t {
  /// To be submitted.
  anew,
  /// It has not ended; the runtime takes it over from the journal.
  taken_over,
  /// It was completed or skipped, and is not run again.
  ended,
};

/// What earlier runs of a file have left.
struct resumption {
  /// Of each task of the plan.
  std::vector<task_origin> origins;
  /// Of those that have ended, in the order of the plan.
  std::vector<core::task_record> ended;
  /// Tasks of the file that have not ended and count no more: others take their
  /// place, or they are not in the file any more.
  std::vector<core::task_id> outdated;
  /// How many of `ended` were completed.
  size_t completed = 0;

  size_t count(task_origin origin) const noexcept;

  /// Of the tasks of the plan that are to be submitted.
  std::vector<core::task_spec> new_specs(const plan& tasks) const;
};

/// What is told of the end of a task that is among `ended`. Of its attempts
/// nothing is: they were in another process.
core::event end_event(const core::task_record& task);

/// Looks up what has been done of a plan in the last run of `file`, and gives
/// the plan's tasks the ids of those they stand for. A task has been done if
/// one with its name and fingerprint was completed or skipped, with the results
/// of the very tasks that its needs stand for now; so what has changed is done
/// again, and all that depends on it. One that has not ended is taken over if
/// nothing of it has changed.
///
/// With `is_fresh` nothing counts that was before: `new_run` is the name of the
/// run then, and where there was none. Errors are the journal's.
core::result<resumption> resume(storage::journal& from, plan& tasks,
                                const std::string& file,
                                const std::string& new_run, bool is_fresh);

/// Ends tasks that count no more as cancelled, in the journal itself: no
/// runtime knows them yet, and it would end them one by one.
core::result<void> end_outdated(storage::journal& in,
                                const std::vector<core::task_id>& outdated,
                                core::time_point now);

} // namespace troupe::cli
