#include "actors/sleepers.hpp"

#include <algorithm>

namespace troupe::actors {

uint64_t sleepers::add(core::time_point when, sleeper x) {
  auto token = ++last_token_;
  waiting_.insert_or_assign(token, entry{x.who, x.what});
  timers_.push_back({when, token});
  std::ranges::push_heap(timers_, std::greater<>{});
  return token;
}

std::optional<sleepers::sleeper> sleepers::forget(uint64_t token) {
  auto i = waiting_.find(token);
  if (i == waiting_.end())
    return std::nullopt;
  sleeper found{i->second.who, i->second.what};
  waiting_.erase(i);
  // Deadlines are far away and mostly forgotten: they must not pile up.
  if (timers_.size() > 64 && timers_.size() > 2 * waiting_.size()) {
    std::erase_if(timers_,
                  [this](auto& x) { return !waiting_.contains(x.token); });
    std::ranges::make_heap(timers_, std::greater<>{});
  }
  return found;
}

void sleepers::drop_forgotten() {
  while (!timers_.empty() && !waiting_.contains(timers_.front().token)) {
    std::ranges::pop_heap(timers_, std::greater<>{});
    timers_.pop_back();
  }
}

std::optional<sleepers::sleeper> sleepers::take_due(core::time_point now) {
  drop_forgotten();
  if (timers_.empty() || timers_.front().when > now)
    return std::nullopt;
  return forget(timers_.front().token);
}

core::time_point sleepers::next() {
  drop_forgotten();
  return timers_.empty() ? core::never : timers_.front().when;
}

} // namespace troupe::actors
