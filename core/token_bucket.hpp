#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::core {

/// What a token bucket is filled with, and how far.
struct token_rate {
  /// So many tokens per `per`, which come evenly: 100 per minute is one every
  /// 0.6 s. 1..tokens_max.
  uint64_t tokens = 1;
  duration per = std::chrono::seconds{1};
  /// What it holds at most, and at first: so many may pass at once after a
  /// pause. 1..tokens_max.
  uint64_t burst = 1;

  friend bool operator==(const token_rate&, const token_rate&) = default;
};

inline constexpr uint64_t tokens_max = 1'000'000'000;

/// What is wrong, each as `<field>: <problem>`: what is out of bounds, and a
/// bucket that would take longer than `time_max` to fill.
std::vector<std::string> validate(const token_rate& x);

/// `no more than 100 per 1m`, and `, at most 5 at once` if there may be
/// several.
std::string to_string(const token_rate& x);

/// A token bucket (J. S. Turner, "New Directions in Communications", IEEE
/// Communications Magazine 24(10), 1986; the continuous-state leaky bucket of
/// ITU-T I.371, known as GCRA, is the same seen from the other side): in any
/// stretch of time t no more than `burst + t * tokens / per` pass. Counts in
/// whole numbers, so that nothing is lost to rounding however long it runs
/// (but what flows over: with a burst of 1, less than a nanosecond each time).
/// Takes constant time and memory; needs settings that validate() accepts.
class token_bucket {
public:
  /// Full, whatever the time is.
  explicit token_bucket(const token_rate& rate) noexcept;

  /// Takes so many if there are so many; else none. If `now` is before the last
  /// time, no time has passed.
  bool take(uint64_t tokens, time_point now) noexcept;

  /// When there are so many if nobody takes any before: `now` if there are
  /// already, to the nanosecond if not, and `never` if they are more than
  /// `burst`.
  time_point when(uint64_t tokens, time_point now) const noexcept;

  /// Whole tokens that are there.
  uint64_t available(time_point now) const noexcept;

  /// Then it is as good as new, and may be forgotten.
  bool is_full(time_point now) const noexcept;

  const token_rate& rate() const noexcept {
    return rate_;
  }

private:
  // A token is `per` units, in nanoseconds, and each nanosecond brings `tokens`
  // of them: up to 2^92, which is exact and far from the end.
  __extension__ using wide = __int128;

  wide units(uint64_t tokens) const noexcept;
  wide level(time_point now) const noexcept;

  token_rate rate_;
  time_point at_ = never;
  wide level_;
};

} // namespace troupe::core
