// How much room queues have, and those that make some by giving up what is less
// urgent.

#include "core/task_registry_entry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

namespace troupe::core {

uint64_t task_registry::room(uint32_t queue) const noexcept {
  auto& line = lines_[queue];
  if (line.waiting_max == 0)
    return std::numeric_limits<uint64_t>::max();
  // What is tried again or was lost waits beyond the bound.
  return line.waiting_max - std::min(line.waiting, line.waiting_max);
}

result<void>
task_registry::choose_to_shed(placement& where,
                              std::span<const task_spec_ptr> specs) const {
  // Nothing goes for something that is less urgent, or needs it.
  std::vector<int> least_urgent(lines_.size(), 101);
  std::set<task_id> needed;
  for (size_t i = 0; i < specs.size(); ++i) {
    auto& least = least_urgent[where.queues[i]];
    least = std::min(least, specs[i]->priority.value());
    needed.insert(specs[i]->parent);
    for (auto& x : specs[i]->dependencies)
      needed.insert(x.task);
  }
  for (uint32_t queue = 0; queue < lines_.size(); ++queue) {
    auto& line = lines_[queue];
    auto missing = where.added[queue]
                   - std::min(where.added[queue], room(queue));
    for (auto i = line.unbegun.begin();
         missing > 0 && i != line.unbegun.end()
         && i->first.priority < least_urgent[queue];
         ++i) {
      if (needed.contains(at(i->second).spec->id))
        continue;
      where.shed.push_back(i->second);
      --missing;
    }
    if (missing > 0)
      return fail(
        ec::queue_full,
        fmt::format("queue '{}' has {} of {} waiting tasks, and too few of "
                    "them are less urgent and have never begun to make room "
                    "for {} more",
                    line.name, line.waiting, line.waiting_max,
                    where.added[queue]));
  }
  return {};
}

void task_registry::shed(const placement& where, const task_spec& first,
                         time_point now) {
  for (auto slot : where.shed) {
    auto& x = at(slot);
    // What went with another one has made room already.
    if (!is_end(x.status) && where.added[x.queue] > room(x.queue))
      end(slot, task_status::cancelled, {},
          error{ec::shed, fmt::format("made room for '{}' in queue '{}', which "
                                      "is full",
                                      first.name, lines_[x.queue].name)},
          now);
  }
}

void task_registry::cancel_orphans(const std::vector<uint32_t>& slots,
                                   time_point now) {
  for (auto slot : slots) {
    auto& x = at(slot);
    if (x.spec->parent.is_nil())
      continue;
    if (auto& parent = at(find(x.spec->parent));
        parent.status == task_status::cancelled)
      end(slot, task_status::cancelled, {},
          error{ec::cancelled, fmt::format("its parent '{}' was cancelled",
                                           parent.spec->name)},
          now);
  }
}

} // namespace troupe::core
