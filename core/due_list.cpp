#include "core/due_list.hpp"

#include <algorithm>

namespace troupe::core {

void due_list::add(uint32_t index, time_point due) {
  if (index >= due_.size())
    due_.resize(std::max<size_t>(index + size_t{1}, due_.size() * 2), never);
  if (due_[index] == due)
    return;
  if (due_[index] == never)
    ++size_;
  due_[index] = due;
  heap_.add(due, index);
}

void due_list::erase(uint32_t index) {
  if (due(index) == never)
    return;
  due_[index] = never;
  --size_;
  heap_.compact(size_, is_current());
}

std::optional<uint32_t> due_list::take_due(time_point now) {
  auto* first = heap_.first(is_current());
  if (first == nullptr || first->due > now)
    return std::nullopt;
  auto index = first->key;
  erase(index);
  return index;
}

time_point due_list::next() {
  auto* first = heap_.first(is_current());
  return first == nullptr ? never : first->due;
}

} // namespace troupe::core
