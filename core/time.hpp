#pragma once

#include "core/error.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace troupe::core {

using duration = std::chrono::nanoseconds;

/// The one kind of time point: wall-clock nanoseconds since 1970 (UTC). Core
/// never reads a clock; actors derive it from the actor clock plus an anchor,
/// so that it never runs backwards within a process and is virtual in tests.
using time_point = std::chrono::time_point<std::chrono::system_clock, duration>;

/// Stands for "not yet" and "not at all" in records.
inline constexpr time_point never{};

/// The first of the two; the other one if one is `never`.
constexpr time_point earliest(time_point x, time_point y) noexcept {
  return x == never || (y != never && y < x) ? y : x;
}

/// ISO 8601 in UTC with milliseconds: `2026-01-31T12:00:00.250Z`; `-` for
/// `never`.
std::string to_string(time_point x);

/// The two largest units that say something: `250ms`, `1.5s`, `2m03s`, `1h05m`.
std::string to_string(duration x);

/// Reads `90`, `1.5s`, `250ms`, `10us`, `2m`, `1h30m`, `1d`; a bare number is
/// seconds. Refuses negative, empty, non-finite and overflowing input with
/// `ec::invalid_argument`.
result<duration> parse_duration(std::string_view text);

} // namespace troupe::core
