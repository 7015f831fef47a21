#pragma once

#include "core/task_id.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::core {

/// Somebody did something. Submissions are not among what is handed to a
/// journal: it writes those down itself, from the images that are new.
struct audit_entry {
  time_point at = never;
  /// Who; empty = nobody said.
  std::string by = {};
  /// `submit`, `cancel`, `replay`, `priority`, `input`, `pause`, `resume`,
  /// `drop`, `import`, `add`, `remove`, `trip`, `force_open`, `reset`.
  std::string action = {};
  /// Nil if it is about no task, or about several.
  task_id task = {};
  std::string detail = {};
};

/// Which entries of an audit log. All conditions given must hold.
struct audit_query {
  task_id task = {};
  std::string by = {};
  std::string action = {};
  /// Not before, and before that; `never` = no bound.
  time_point since = never;
  time_point until = never;
  /// At most so many in one answer, 1..1000.
  uint32_t limit = 100;
  /// Only entries behind this one: the `next` of the page before.
  uint64_t after = 0;
};

/// An entry and its place in the log, which counts from 1.
struct audit_record {
  uint64_t sequence = 0;
  audit_entry entry = {};
};

struct audit_page {
  /// In the order of their places.
  std::vector<audit_record> entries = {};
  /// 0 = there are no more.
  uint64_t next = 0;
};

/// Whether the entry is asked for; `limit` and `after` aside.
bool matches(const audit_query& query, const audit_entry& entry) noexcept;

} // namespace troupe::core
