// Which ended tasks are forgotten.

#include "core/task_registry_entry.hpp"

#include <algorithm>

namespace troupe::core {

bool task_registry::clean_up(time_point now, size_t steps) {
  while (!ended_.empty() && steps > 0) {
    auto slot = ended_.front();
    auto& x = at(slot);
    if (ended_.size() <= retention_.count && now - x.finished < retention_.age)
      return false;
    --steps;
    ended_.pop_front();
    // Somebody still needs its result, or an edge still leads to it.
    if (x.pins > 0 || x.unmet > 0) {
      x.is_kept = true;
      kept_.insert(slot);
      continue;
    }
    --count_of(x.status);
    --stats_.total;
    if (auto made = time_of(x.spec->id); !x.is_volatile && made <= now)
      forgotten_until_ = std::max(forgotten_until_, made);
    index_.erase(x.spec->id);
    if (x.spec->keys)
      keys_.erase(*x.spec, slot);
    order_[x.position - order_first_] = none;
    x = entry{};
    free_slots_.push_back(slot);
    while (!order_.empty() && order_.front() == none) {
      order_.pop_front();
      ++order_first_;
    }
  }
  return !ended_.empty();
}

void task_registry::forget_if_kept(uint32_t slot) {
  auto& x = at(slot);
  if (!x.is_kept || x.pins > 0 || x.unmet > 0)
    return;
  x.is_kept = false;
  kept_.erase(slot);
  ended_.push_back(slot);
}

} // namespace troupe::core
