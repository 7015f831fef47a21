#pragma once

#include "core/payload.hpp"
#include "core/task_registry.hpp"
#include "core/time.hpp"
#include "storage/journal.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace troupe::actors {

/// What a process has left in its journal beside tasks.
struct journal_recovery {
  std::set<std::string> paused_queues;
  /// By their keys; see core::circuit_board.
  std::map<std::string, core::payload> circuits;
  /// By their ids; see core::schedule_book.
  std::map<std::string, core::payload> schedules;
  /// By their names; see core/node_document.hpp.
  std::map<std::string, core::payload> nodes;
};

/// Puts its tasks into the registry, which keeps images from then on. Throws
/// core::failure if it cannot be read, or makes no sense.
journal_recovery recover(storage::journal& journal,
                         core::task_registry& registry, core::time_point now);

} // namespace troupe::actors
