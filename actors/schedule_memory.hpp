#pragma once

#include "core/payload.hpp"
#include "core/schedule_book.hpp"
#include "core/task_id.hpp"
#include "core/time_zone.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace troupe::actors {

/// The task of the run of a schedule that has not ended.
struct scheduled_task {
  enum class stage : uint8_t {
    /// Handed out a moment ago.
    begun,
    /// Somebody before us may have submitted it; being found out.
    unsure,
    /// Submitted, and not answered.
    submitted,
    /// To be tried again at `retry_at`.
    refused,
    /// The manager has it.
    accepted,
  };

  core::run_key run;
  core::task_id id;
  stage at = stage::begun;
  bool was_accepted = false;
  /// Its successor waits for its end.
  bool is_unwanted = false;
  core::time_point retry_at = core::never;
  core::duration retry_delay = core::duration::zero();
};

/// What outlives a schedule keeper and goes on with the one that takes its
/// place.
struct schedule_memory {
  struct entry {
    std::optional<scheduled_task> task = {};
    /// What has been told of its state.
    uint64_t skipped = 0;
    uint64_t missed = 0;
  };

  /// `zones` is not null. `seed`: of the jitter.
  schedule_memory(std::shared_ptr<const core::time_zones> zones, uint64_t seed)
    : zones(std::move(zones)), seed(seed), book(*this->zones, seed) {
  }

  std::shared_ptr<const core::time_zones> zones;
  uint64_t seed;
  core::schedule_book book;
  /// One for each in the book.
  std::map<std::string, entry, std::less<>> entries;
  /// Names of those that were in here and are not any more.
  std::set<std::string> removed;
  /// There is a journal.
  bool is_durable = false;
  /// There was a keeper.
  bool was_started = false;
  bool has_begun = false;
  bool is_stopping = false;
};

/// What the process before has left: documents by their names (see
/// core/schedule_document.hpp). `new_seed` counts if there are none. Throws
/// core::failure if one of them makes no sense here.
std::shared_ptr<schedule_memory>
recall_schedules(const std::map<std::string, core::payload>& documents,
                 std::shared_ptr<const core::time_zones> zones,
                 uint64_t new_seed);

} // namespace troupe::actors
