#include "tests/simulation/order_watch.hpp"

#include <fmt/format.h>

namespace troupe::test {

void order_watch::add(const core::task_spec& spec) {
  if (spec.agent.empty() && spec.sticky_key.empty()
      && spec.concurrency_key.empty() && spec.resources.empty()
      && !spec.placement)
    tasks_.emplace(spec.id, task{spec, 0, false});
}

void order_watch::see(const core::event& x) {
  auto i = tasks_.find(x.task);
  if (i == tasks_.end())
    return;
  auto& [id, seen] = *i;
  auto& spec = seen.spec;
  auto& line = waiting_[{spec.queue, spec.capabilities}];
  auto has_come = x.kind == core::event_kind::task_ready
                  || (x.kind == core::event_kind::task_submitted
                      && spec.dependencies.empty());
  if (has_come) {
    seen.came = x.sequence;
    seen.is_waiting = true;
    line.insert(id);
  } else if (x.kind == core::event_kind::task_priority_changed
             || x.kind == core::event_kind::task_paused) {
    line.erase(id);
    tasks_.erase(i);
  } else if (x.kind == core::event_kind::task_started && seen.is_waiting) {
    seen.is_waiting = false;
    line.erase(id);
    for (auto& other : line)
      if (auto& passed = tasks_.at(other);
          passed.came < seen.came && passed.spec.priority > spec.priority)
        findings_.push_back(fmt::format("'{}' ({}) was overtaken by '{}' ({})",
                                        passed.spec.name,
                                        to_string(passed.spec.priority),
                                        spec.name, to_string(spec.priority)));
  } else if (core::is_task_end(x.kind)) {
    line.erase(id);
  }
}

} // namespace troupe::test
