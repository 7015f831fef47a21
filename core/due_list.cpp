#include "core/due_list.hpp"

#include <algorithm>
#include <functional>

namespace troupe::core {

void due_list::add(uint32_t index, time_point due) {
  if (index >= due_.size())
    due_.resize(std::max<size_t>(index + size_t{1}, due_.size() * 2), never);
  if (due_[index] == due)
    return;
  if (due_[index] == never)
    ++size_;
  due_[index] = due;
  heap_.push_back({due, index});
  std::ranges::push_heap(heap_, std::greater<>{});
}

void due_list::erase(uint32_t index) {
  if (due(index) == never)
    return;
  due_[index] = never;
  --size_;
  if (heap_.size() > 64 && heap_.size() > 2 * size_) {
    std::erase_if(heap_, [this](auto& x) { return !is_current(x); });
    std::ranges::make_heap(heap_, std::greater<>{});
  }
}

void due_list::drop_stale() {
  while (!heap_.empty() && !is_current(heap_.front())) {
    std::ranges::pop_heap(heap_, std::greater<>{});
    heap_.pop_back();
  }
}

std::optional<uint32_t> due_list::take_due(time_point now) {
  drop_stale();
  if (heap_.empty() || heap_.front().due > now)
    return std::nullopt;
  auto index = heap_.front().index;
  erase(index);
  return index;
}

time_point due_list::next() {
  drop_stale();
  return heap_.empty() ? never : heap_.front().due;
}

} // namespace troupe::core
