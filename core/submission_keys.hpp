#pragma once

#include "core/error.hpp"
#include "core/task_id.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::core {

/// How long a task is the only one with its unique key.
enum class uniqueness : uint8_t {
  /// Until its first attempt begins, or it ends without one.
  pending,
  /// Until it ends.
  unfinished,
  /// For `unique_for` from its submission, whatever becomes of it.
  time,
};

inline constexpr uniqueness uniqueness_last = uniqueness::time;

std::string_view to_string(uniqueness x) noexcept;
result<uniqueness> parse_uniqueness(std::string_view text);

/// What makes a submission harmless that is made again. Both keys are those of
/// one owner: two owners may use the same. A task that is found by its key
/// takes the place of the one submitted, which is never made; so who submits
/// gets its id. A key is remembered as long as its task is: in memory, and with
/// a journal also there.
struct submission_keys {
  /// Names this very submission: made again, it is the same task, however that
  /// ended. With other content it is refused, `ec::key_conflict`. Empty = none.
  std::string submission = {};
  /// Names the work: while the last task with this key is the only one, what is
  /// submitted with it is that task, whatever else it says. Empty = none.
  std::string unique = {};
  /// Of what is submitted, not of the task that is there.
  uniqueness unique_while = uniqueness::unfinished;
  /// Counts with `uniqueness::time` only.
  duration unique_for = {};

  friend bool operator==(const submission_keys&, const submission_keys&)
    = default;
};

/// A task that was submitted, and the one that is there already and takes its
/// place.
struct repetition {
  task_id submitted = {};
  task_id existing = {};

  friend bool operator==(const repetition&, const repetition&) = default;
};

enum class key_kind : uint8_t { submission, unique };

/// Which task has this key, if it is a unique one which was the last?
struct key_question {
  key_kind kind = key_kind::submission;
  std::string owner = {};
  std::string key = {};
};

} // namespace troupe::core
