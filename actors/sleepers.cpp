#include "actors/sleepers.hpp"

namespace troupe::actors {

uint64_t sleepers::add(core::time_point when, sleeper x) {
  auto token = ++last_token_;
  waiting_.insert_or_assign(token, x);
  timers_.push({when, token});
  return token;
}

std::optional<sleepers::sleeper> sleepers::forget(uint64_t token) {
  auto i = waiting_.find(token);
  if (i == waiting_.end())
    return std::nullopt;
  auto found = i->second;
  waiting_.erase(i);
  return found;
}

void sleepers::drop_forgotten() {
  while (!timers_.empty() && !waiting_.contains(timers_.top().token))
    timers_.pop();
}

std::optional<sleepers::sleeper> sleepers::take_due(core::time_point now) {
  drop_forgotten();
  if (timers_.empty() || timers_.top().when > now)
    return std::nullopt;
  auto token = timers_.top().token;
  timers_.pop();
  return forget(token);
}

core::time_point sleepers::next() {
  drop_forgotten();
  return timers_.empty() ? core::never : timers_.top().when;
}

} // namespace troupe::actors
