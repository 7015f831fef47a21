#pragma once

#include "core/error.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

namespace troupe::core {

/// What a calendar and a clock on a wall show, in seconds; of which zone is not
/// said.
using local_time = std::chrono::local_seconds;

/// The same for everybody: seconds since 1970 in UTC.
using utc_time = std::chrono::sys_seconds;

/// From `begin` on, and before `end`, local time is UTC plus `offset`.
struct zone_period {
  utc_time begin = utc_time::min();
  utc_time end = utc_time::max();
  std::chrono::seconds offset{0};

  friend bool operator==(const zone_period&, const zone_period&) = default;
};

/// When clocks of a place show what. Where it comes from, core does not know.
class time_zone {
public:
  virtual ~time_zone() = default;

  /// As it was asked for, e.g. `Europe/Berlin`.
  virtual std::string_view name() const noexcept = 0;

  /// The period `at` is in. Each period begins where the one before ends, and
  /// no offset is as long as a day.
  virtual zone_period period_at(utc_time at) const = 0;
};

using time_zone_ptr = std::shared_ptr<const time_zone>;

/// The zones there are.
class time_zones {
public:
  virtual ~time_zones() = default;

  /// `ec::invalid_argument` if there is none of this name; it says which was
  /// meant, where that can be guessed.
  virtual result<time_zone_ptr> find(std::string_view name) const = 0;
};

/// The one zone that needs no database: `UTC`.
time_zone_ptr utc_zone();

/// Knows `UTC` only.
class utc_only final : public time_zones {
public:
  result<time_zone_ptr> find(std::string_view name) const override;
};

/// How often a local time comes.
enum class local_kind : uint8_t {
  once,
  /// Never: clocks were put forward past it.
  skipped,
  /// Twice: clocks were put back to before it.
  repeated,
};

/// What a local time means in a zone.
struct local_meaning {
  local_kind kind = local_kind::once;
  /// When it is so late; the first time if it is `repeated`. If it is
  /// `skipped`: when clocks were put forward.
  utc_time first;
  /// If it is `repeated`: the second time; else as `first`.
  utc_time second;
  /// The local times around it that are `skipped` or `repeated`, too: from
  /// `begin` on, and before `end`. Not set if it comes once.
  local_time begin;
  local_time end;
};

local_meaning meaning_of(local_time local, const time_zone& zone);

/// What clocks show at this time.
inline local_time to_local(utc_time at, const zone_period& period) noexcept {
  return local_time{at.time_since_epoch() + period.offset};
}

} // namespace troupe::core
