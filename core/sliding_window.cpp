#include "core/sliding_window.hpp"

#include <algorithm>

namespace troupe::core {

sliding_window::sliding_window(duration span) noexcept
  : width_(std::max(span / 10, duration{1})) {
}

void sliding_window::add(bool is_failure, time_point now) noexcept {
  auto number = number_of(now);
  auto& x = buckets_[static_cast<size_t>(number) % buckets_.size()];
  if (x.number > number)
    return;
  if (x.number < number)
    x = {number, {}};
  ++x.sum.calls;
  x.sum.failures += is_failure;
}

sliding_window::totals sliding_window::count(time_point now) const noexcept {
  auto last = number_of(now);
  auto first = last - static_cast<int64_t>(buckets_.size()) + 1;
  totals result;
  for (auto& x : buckets_) {
    if (x.number < first || x.number > last)
      continue;
    result.calls += x.sum.calls;
    result.failures += x.sum.failures;
  }
  return result;
}

void sliding_window::clear() noexcept {
  buckets_.fill({});
}

int64_t sliding_window::number_of(time_point x) const noexcept {
  return x.time_since_epoch() / width_;
}

} // namespace troupe::core
