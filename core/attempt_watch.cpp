#include "core/attempt_watch.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::core {

void attempt_watch::begin(const time_limits& limits, time_point now) noexcept {
  *this = {};
  limit_ = limits.attempt;
  heartbeat_ = limits.heartbeat;
  if (limit_ > duration::zero())
    over_at_ = now + limit_;
}

void attempt_watch::suspend(time_point now) noexcept {
  if (is_suspended_)
    return;
  is_suspended_ = true;
  if (over_at_ != never)
    left_ = std::max(over_at_ - now, duration::zero());
  over_at_ = never;
}

void attempt_watch::resume(time_point now) noexcept {
  if (!is_suspended_)
    return;
  is_suspended_ = false;
  if (limit_ > duration::zero())
    over_at_ = now + left_;
}

time_point attempt_watch::next(time_point last_sign) const noexcept {
  if (is_suspended_ || heartbeat_ <= duration::zero())
    return over_at_;
  return earliest(over_at_, last_sign + heartbeat_);
}

error attempt_watch::verdict(time_point now, time_point last_sign) const {
  if (is_suspended_)
    return {};
  if (over_at_ != never && now >= over_at_)
    return {ec::timeout,
            fmt::format("the attempt took longer than {}", to_string(limit_))};
  if (heartbeat_ > duration::zero() && now >= last_sign + heartbeat_)
    return {ec::timeout, fmt::format("the attempt gave no sign of life for {}",
                                     to_string(heartbeat_))};
  return {};
}

} // namespace troupe::core
