#pragma once

#include "core/error.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::core {

/// How long a journal keeps tasks that have ended. The oldest go first;
/// whichever limit is reached first decides. Never forgotten are dead letters
/// and what another task still needs.
struct journal_retention {
  /// Zero = for ever.
  duration age = std::chrono::hours{24 * 7};
  uint64_t count = UINT64_MAX;
};

struct queue_retention {
  std::string queue = {};
  journal_retention keep = {};
};

/// How a journal is used; where it is, and how it writes, its kind knows.
struct journal_settings {
  /// How long what nobody waits for may wait for others to be written with:
  /// all that is `relaxed`, and that an attempt has begun. An attempt that
  /// takes the process along before is not counted.
  duration relaxed_delay = std::chrono::milliseconds{10};
  journal_retention retention = {};
  /// For tasks of these queues instead.
  std::vector<queue_retention> queues = {};
  /// For entries of the audit log, which nobody needs; the last one stays.
  journal_retention audit = {std::chrono::hours{24 * 30}, UINT64_MAX};
  /// Between two looks for what is to be forgotten.
  duration sweep_interval = std::chrono::seconds{60};
  /// If not empty: tasks are appended to this file, a line of JSON each, before
  /// they are forgotten.
  std::string archive = {};
};

/// How a journal is doing.
struct journal_status {
  /// Code `none` = it writes; else why it cannot. Nothing is accepted then, and
  /// what ends is told when it can write again.
  error trouble = {};
  /// Tasks of which something waits to be written.
  uint64_t waiting = 0;
  /// Commits so far, over all processes.
  uint64_t commits = 0;
};

/// `ec::invalid_argument` names all that makes no sense.
result<void> check(const journal_settings& x);

} // namespace troupe::core
