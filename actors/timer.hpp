#pragma once

#include "actors/internal_messages.hpp"
#include "core/time.hpp"

#include <algorithm>

namespace troupe::actors {

/// Wakes an actor by a timer_due at the earliest of its times. CAF keeps every
/// timer that was set, so there is one on its way, rarely two, and none if
/// there is nothing to wait for.
class timer {
public:
  /// Call it whenever the earliest time may have changed; `never` = none.
  template <class Self>
  void set(Self* self, core::time_point next, core::time_point now) {
    if (next == core::never || (at_ != core::never && at_ <= next))
      return;
    at_ = next;
    compat::send_later(self, std::max(core::duration::zero(), next - now),
                       timer_due{});
  }

  /// A timer_due has come.
  void fired(core::time_point now) noexcept {
    if (at_ <= now)
      at_ = core::never;
  }

private:
  core::time_point at_ = core::never;
};

} // namespace troupe::actors
