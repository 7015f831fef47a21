#pragma once

#include "core/error_codes.hpp"
#include "core/time.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace troupe::core {

/// How the delay before an attempt grows with the number of attempts.
enum class backoff_kind : uint8_t { fixed, linear, exponential };

inline constexpr backoff_kind backoff_kind_last = backoff_kind::exponential;

std::string_view to_string(backoff_kind x) noexcept;
result<backoff_kind> parse_backoff_kind(std::string_view text);

/// How much of a delay is left to chance: none of it, its second half, or all.
enum class jitter_kind : uint8_t { none, equal, full };

inline constexpr jitter_kind jitter_kind_last = jitter_kind::full;

std::string_view to_string(jitter_kind x) noexcept;
result<jitter_kind> parse_jitter_kind(std::string_view text);

/// What to do after a failed attempt: core/retry.hpp.
struct retry_settings {
  /// Attempts after the first one; 0 = never again.
  uint32_t max_retries = 3;
  backoff_kind backoff = backoff_kind::exponential;
  jitter_kind jitter = jitter_kind::full;
  /// The first delay.
  duration base = std::chrono::seconds{1};
  /// No delay is longer.
  duration cap = std::chrono::minutes{5};
  double factor = 2.0;
  /// Only failures with one of these codes; empty = all that are not permanent.
  error_codes retry_on = {};
};

} // namespace troupe::core
