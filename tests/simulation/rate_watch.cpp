#include "tests/simulation/rate_watch.hpp"

#include <fmt/format.h>

namespace troupe::test {

void rate_watch::add(const core::queue_spec& spec) {
  if (spec.rate)
    rates_.emplace(spec.name, *spec.rate);
}

void rate_watch::add(const core::task_spec& spec) {
  if (rates_.contains(spec.queue))
    tasks_.emplace(spec.id, task{spec.name, spec.queue, spec.concurrency_key});
}

void rate_watch::see(const core::event& x) {
  auto i = tasks_.find(x.task);
  if (i == tasks_.end() || x.kind != core::event_kind::task_started)
    return;
  auto& [name, queue, key] = i->second;
  auto& rate = rates_.at(queue);
  auto is_by_key = rate.by == core::rate_scope::key;
  if (is_by_key && key.empty())
    return;
  auto& bucket
    = buckets_.try_emplace({queue, is_by_key ? key : std::string{}}, rate.limit)
        .first->second;
  if (!bucket.take(1, x.at))
    findings_.push_back(fmt::format("'{}' started too early, at {}", name,
                                    core::to_string(x.at)));
}

} // namespace troupe::test
