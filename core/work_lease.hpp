#pragma once

#include "core/time.hpp"

namespace troupe::core {

/// Until when a worker may go on with its attempts. It runs from the time at
/// which it *sent* the last sign of life that the manager has answered. The
/// manager has heard that one no earlier than it was sent, and so gives the
/// worker up no earlier than `dead_after` later: if their clocks run equally
/// fast and attempts stop within `dead_after - lease`, no task is worked on in
/// two places (C. Gray and D. Cheriton, "Leases: an efficient fault-tolerant
/// mechanism for distributed file cache consistency", SOSP 1989). Hearing the
/// manager is not enough: it may not hear the worker.
class work_lease {
public:
  /// `now`: when the request to join was sent.
  work_lease(duration length, time_point now) : length_(length), from_(now) {
  }

  /// What was sent then has been answered. Answers may come in any order.
  void answered(time_point sent_at) noexcept {
    if (sent_at > from_)
      from_ = sent_at;
  }

  time_point ends_at() const noexcept {
    return from_ + length_;
  }

  bool is_over(time_point now) const noexcept {
    return now >= ends_at();
  }

private:
  duration length_;
  time_point from_;
};

} // namespace troupe::core
