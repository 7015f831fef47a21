#include "core/event_log.hpp"

#include <algorithm>

namespace troupe::core {

event_log::event_log(size_t capacity)
  : capacity_(std::max<size_t>(capacity, 1)) {
  // nop
}

void event_log::append(std::vector<event>&& events) {
  for (auto& x : events) {
    x.sequence = ++last_;
    if (ring_.size() < capacity_)
      ring_.push_back(std::move(x));
    else
      ring_[(last_ - 1) % capacity_] = std::move(x);
  }
  events.clear();
}

event_slice event_log::read(uint64_t from, size_t max) const noexcept {
  from = std::max<uint64_t>(from, 1);
  if (from > last_)
    return {0, {}, from};
  auto start = std::max(from, first());
  auto index = static_cast<size_t>((start - 1) % capacity_);
  // Neither past the newest nor past the end of the ring.
  auto count = std::min({static_cast<uint64_t>(max), last_ + 1 - start,
                         static_cast<uint64_t>(capacity_ - index)});
  return {start - from,
          std::span{ring_}.subspan(index, static_cast<size_t>(count)),
          start + count};
}

} // namespace troupe::core
