#include "actors/sleepers.hpp"

namespace troupe::actors {

uint64_t sleepers::add(core::time_point when, sleeper x) {
  auto token = ++last_token_;
  waiting_.insert_or_assign(token, x);
  timers_.add(when, token);
  return token;
}

std::optional<sleepers::sleeper> sleepers::forget(uint64_t token) {
  auto i = waiting_.find(token);
  if (i == waiting_.end())
    return std::nullopt;
  auto found = i->second;
  waiting_.erase(i);
  // Deadlines are far away and mostly forgotten: they must not pile up.
  timers_.compact(waiting_.size(), is_waiting());
  return found;
}

std::optional<sleepers::sleeper> sleepers::take_due(core::time_point now) {
  auto* first = timers_.first(is_waiting());
  if (first == nullptr || first->due > now)
    return std::nullopt;
  return forget(first->key);
}

core::time_point sleepers::next() {
  auto* first = timers_.first(is_waiting());
  return first == nullptr ? core::never : first->due;
}

} // namespace troupe::actors
