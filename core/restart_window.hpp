#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <deque>

namespace troupe::core {

/// More than `intensity` restarts within `period`, and the supervisor gives up.
struct restart_limits {
  uint32_t intensity = 1;
  duration period = std::chrono::seconds{5};
};

/// Restarts, as far as they are recent.
class restart_window {
public:
  explicit restart_window(restart_limits limits) : limits_(limits) {
  }

  /// Counts one; false if it is one too many.
  bool allows(time_point now);

private:
  restart_limits limits_;
  std::deque<time_point> recent_;
};

} // namespace troupe::core
