#pragma once

#include "core/error.hpp"
#include "core/task_spec.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace troupe::core {

/// Which dead letters: tasks that failed for good, after their attempts. All
/// conditions given must hold.
struct dead_letter_query {
  std::string queue = {};
  std::string owner = {};
  std::string tag = {};
  std::string name = {};
  /// One of those it needs.
  std::string capability = {};
  /// Of the failure it ended with.
  std::optional<ec> code = {};
  /// At most so many in one answer, 1..1000. Dropping goes on to the end.
  uint32_t limit = 100;
  /// Only tasks with a greater id: the `next` of the page before.
  task_id after = {};
};

/// Whether a task that ended with this code is asked for; `limit` and `after`
/// aside.
bool matches(const dead_letter_query& query, const task_spec& spec,
             ec code) noexcept;

/// What is to be different when a dead letter is tried again.
struct replay_edit {
  std::optional<payload> parameters = {};
  std::optional<task_priority> priority = {};
  std::optional<retry_settings> retry = {};
  std::optional<time_limits> limits = {};
};

/// A new task that does what the other was to do, with an id of its own: it has
/// its dependencies and its unique key, but neither parent nor submission key.
task_spec replay(const task_spec& dead, const replay_edit& edit, task_id id);

/// Which tasks are dead letters, no more than a number of them.
class dead_letters {
public:
  /// In the order of ids, with the task's place in the registry.
  using items = std::map<task_id, uint32_t>;

  explicit dead_letters(uint64_t max) : max_(max) {
  }

  /// Returns the place of the one that has to go for it, if any: the oldest, or
  /// itself if none may stay.
  std::optional<uint32_t> add(const task_id& id, uint32_t place);

  /// Returns its place; nothing if it is none.
  std::optional<uint32_t> erase(const task_id& id);

  bool contains(const task_id& id) const noexcept {
    return items_.contains(id);
  }

  /// Those with a greater id.
  items::const_iterator after(const task_id& id) const noexcept {
    return items_.upper_bound(id);
  }

  const items& all() const noexcept {
    return items_;
  }

private:
  uint64_t max_;
  items items_;
  /// By the order in which they died, and back.
  std::map<uint64_t, task_id> ages_;
  std::map<task_id, uint64_t> numbers_;
  uint64_t last_ = 0;
};

} // namespace troupe::core
