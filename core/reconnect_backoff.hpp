#pragma once

#include "core/retry.hpp"
#include "core/time.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>

namespace troupe::core {

/// How long to wait before the next try to connect, for ever: up to 100 ms,
/// twice as much after each failure, up to 10 s, of which chance takes a share
/// (full jitter), so that a fleet which has lost its manager does not come back
/// in one moment. Only a connection that has lasted for 10 s ends a row of
/// failures: one that is accepted and dropped at once is a failure, too. Who is
/// expected back soon waits no longer than up to a second.
class reconnect_backoff {
public:
  explicit reconnect_backoff(duration base = std::chrono::milliseconds{100},
                             duration cap = std::chrono::seconds{10}) {
    settings_.base = base;
    settings_.cap = cap;
  }

  void connected(time_point now) noexcept {
    since_ = now;
  }

  /// The try has failed, or the connection is lost. The time to wait from now
  /// on; `chance` as in backoff_delay().
  duration failed(time_point now, double chance,
                  bool is_expected = false) noexcept {
    if (since_ != never && now - since_ >= settings_.cap)
      failures_ = 0;
    since_ = never;
    if (failures_ < std::numeric_limits<uint32_t>::max())
      ++failures_;
    auto settings = settings_;
    if (is_expected)
      settings.cap = std::min(settings.cap, cap_if_expected);
    return backoff_delay(settings, failures_, chance);
  }

  /// In a row.
  uint32_t failures() const noexcept {
    return failures_;
  }

private:
  static constexpr duration cap_if_expected = std::chrono::seconds{1};

  retry_settings settings_;
  uint32_t failures_ = 0;
  /// When the connection there is was made.
  time_point since_ = never;
};

} // namespace troupe::core
