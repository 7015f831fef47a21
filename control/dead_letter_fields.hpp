#pragma once

#include "control/object_reader.hpp"
#include "core/dead_letters.hpp"

namespace troupe::control {

/// Which dead letters a method is about.
struct dead_letter_choice {
  /// This one; nil = all that match.
  core::task_id task = {};
  core::dead_letter_query query = {};
};

/// The filters `queue`, `owner`, `tag`, `name`, `capability` and `code`.
core::dead_letter_query read_dead_letter_query(object_reader& from);

/// `task`, or `all` with filters: one of them has to be there.
dead_letter_choice read_dead_letter_choice(object_reader& from);

/// `parameters`, `priority`, `retry` and `limits`, as they are to be.
core::replay_edit read_replay_edit(object_reader& from);

} // namespace troupe::control
