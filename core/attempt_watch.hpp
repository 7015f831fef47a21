#pragma once

#include "core/error.hpp"
#include "core/task_spec.hpp"
#include "core/time.hpp"

namespace troupe::core {

/// Whether an attempt is still within its limits: how long it may take, and how
/// long it may be silent. Costs no timer per sign of life: whoever owns it
/// looks when next() comes, and then asks again.
class attempt_watch {
public:
  /// An attempt begins.
  void begin(const time_limits& limits, time_point now) noexcept;

  /// The clock of limits.attempt stops, and starts again: it waits for
  /// somebody outside. Can be called again without effect.
  void suspend(time_point now) noexcept;
  void resume(time_point now) noexcept;

  /// It waited so long where nobody could tell it to stop its clock.
  void extend(duration by) noexcept {
    if (over_at_ != never)
      over_at_ += by;
  }

  /// When it has to be looked at, if the last sign of life was at that time;
  /// `never` if it is not limited.
  time_point next(time_point last_sign) const noexcept;

  /// What it has overstepped by now; code `none` if nothing.
  error verdict(time_point now, time_point last_sign) const;

  /// When its time is over as things are; `never` if it has any time, or while
  /// its clock stands.
  time_point over_at() const noexcept {
    return over_at_;
  }

private:
  duration limit_{0};
  duration heartbeat_{0};
  time_point over_at_ = never;
  /// Of a suspended one, what is left.
  duration left_{0};
  bool is_suspended_ = false;
};

} // namespace troupe::core
