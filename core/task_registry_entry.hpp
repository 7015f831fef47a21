#pragma once

#include "core/task_registry.hpp"

namespace troupe::core {

/// A question of a task's handler, and what became of it.
struct task_registry::asked {
  question what;
  payload answer;
  time_point at = never;
  uint32_t attempt = 0;
  /// In open_questions_; 0 = it is not open.
  uint64_t open = 0;
  bool is_answered = false;
};

/// What fewer still need.
struct task_registry::rarities {
  std::string progress_note;
  /// Why it failed or was cancelled.
  error failure;
  std::vector<task_id> children;
  /// By their numbers.
  std::vector<asked> questions;
};

/// What few tasks need: above all those that have been tried before.
struct task_registry::extras {
  std::unique_ptr<rarities> rare;
  /// Of the last pause.
  uint32_t pause = 0;
  /// Attempts that failed and will be made again, and that were lost.
  uint32_t failures = 0;
  uint32_t losses = 0;
  /// When the next attempt may be made; counts in `backoff` only.
  time_point retry_at = never;
  /// What the times in the entry do not tell, at most 32.
  std::vector<history_entry> history;

  void remember(history_entry x) {
    constexpr size_t history_max = 32;
    // The first ones say how it began, the last ones how it is.
    if (history.size() == history_max)
      history.erase(history.begin() + history_max / 2);
    history.push_back(std::move(x));
  }
};

/// A task as the registry keeps it; task_record is made of it on demand.
struct task_registry::entry {
  task_spec_ptr spec;
  payload result;
  std::unique_ptr<extras> more;
  time_point created = never;
  time_point ready_at = never;
  time_point started = never;
  time_point finished = never;
  /// Place in the order of submission.
  uint64_t position = 0;
  /// In the journal; 0 = it does not go there.
  uint64_t number = 0;
  /// Dependents, as a list of edges in the order in which they came.
  uint32_t first_edge = none;
  uint32_t last_edge = none;
  /// Edges that lead here: dependencies that have not ended.
  uint32_t unmet = 0;
  /// Dependents that still want to see the result.
  uint32_t pins = 0;
  uint32_t attempt = 0;
  uint32_t agent = none;
  uint32_t queue = 0;
  float progress = 0;
  uint8_t priority = 50;
  task_status status = task_status::pending;
  pending_reason reason = pending_reason::none;
  bool is_watched : 1 = false;
  /// Counts against the bound of its queue.
  bool is_waiting : 1 = false;
  /// Has been given to its queue.
  bool is_enqueued : 1 = false;
  /// Is among the holders of its concurrency key.
  bool holds_key : 1 = false;
  /// Holds a pin on each of its dependencies.
  bool holds_pins : 1 = false;
  /// Ended, and to be forgotten as soon as nobody needs it any more.
  bool is_kept : 1 = false;
  /// Somebody has paused it, and it is paused or will be.
  bool is_to_pause : 1 = false;
  /// Its current attempt has begun and is not over.
  bool is_live : 1 = false;
  /// Ends with the process.
  bool is_volatile : 1 = false;
  bool is_strict : 1 = false;
  /// It is among those of which an image has to be made.
  bool is_changed : 1 = false;
  /// ... which somebody waits for.
  bool is_awaited : 1 = false;
  /// There are images of it, and one that tells its end.
  bool has_image : 1 = false;
  bool has_end_image : 1 = false;
};

inline task_registry::extras& task_registry::extras_of(entry& x) {
  if (!x.more)
    x.more = std::make_unique<extras>();
  return *x.more;
}

inline task_registry::rarities& task_registry::make_rare(entry& x) {
  auto& more = extras_of(x);
  if (more.rare == nullptr)
    more.rare = std::make_unique<rarities>();
  return *more.rare;
}

/// Empty if it has none.
inline const task_registry::rarities&
task_registry::rare_of(const entry& x) noexcept {
  static const rarities none;
  return x.more && x.more->rare ? *x.more->rare : none;
}

inline task_registry::entry& task_registry::at(uint32_t slot) noexcept {
  return blocks_[slot >> 10][slot & 1023];
}

inline const task_registry::entry&
task_registry::at(uint32_t slot) const noexcept {
  return blocks_[slot >> 10][slot & 1023];
}

inline uint32_t task_registry::find(const task_id& id) const {
  return index_.find(id);
}

inline uint32_t task_registry::find(const attempt_key& key) const {
  auto slot = find(key.task);
  return slot != none && at(slot).is_live && at(slot).attempt == key.number
           ? slot
           : none;
}

} // namespace troupe::core
