#pragma once

#include "core/time.hpp"

#include <compare>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <string_view>

namespace troupe::core {

/// A UUID of version 7 (RFC 9562): 48 bits of Unix milliseconds, then version,
/// a counter and random bits; so ids sort by when they were made. All zero is
/// "no task".
struct task_id {
  uint64_t high = 0;
  uint64_t low = 0;

  bool is_nil() const noexcept {
    return high == 0 && low == 0;
  }

  friend auto operator<=>(const task_id&, const task_id&) = default;
};

/// The canonical form, `0190163d-8694-739b-aea5-966c26f8ad91`.
std::string to_string(const task_id& id);

/// Reads the canonical form, in either case; `ec::invalid_argument` otherwise.
result<task_id> parse_task_id(std::string_view text);

/// When it was made, to the millisecond, as far as it tells: `never` if it is
/// no UUID of version 7.
time_point time_of(const task_id& id) noexcept;

/// Of these bits, as far as there is room: 48 of `milliseconds` since 1970, 12
/// of `middle`, 62 of `low`.
task_id version_7_id(uint64_t milliseconds, uint32_t middle,
                     uint64_t low) noexcept;

/// Makes task ids that increase strictly within one generator (RFC 9562,
/// section 6.2, method 1: a 12-bit counter within the millisecond, seeded low,
/// that borrows from the next millisecond when it runs over). Not thread-safe.
class task_id_generator {
public:
  explicit task_id_generator(uint64_t seed);

  task_id next(time_point now);

private:
  std::mt19937_64 random_;
  uint64_t milliseconds_ = 0;
  uint32_t counter_ = 0;
};

} // namespace troupe::core

template <>
struct std::hash<troupe::core::task_id> {
  size_t operator()(const troupe::core::task_id& id) const noexcept {
    // The low half is random but for two bits; the high half tells apart ids
    // of one generator. One multiplication spreads both over the word.
    return static_cast<size_t>((id.low ^ (id.high * 0x9e3779b97f4a7c15ull))
                               * 0xbf58476d1ce4e5b9ull);
  }
};
