// What people ask of a queue.

#include "core/work_queue.hpp"

#include <fmt/format.h>

namespace troupe::core {

queue_info work_queue::info() const {
  queue_info result;
  result.spec = spec_;
  result.is_paused = is_paused_;
  result.ready = ready_.size() + keys_.kept() + held_.size();
  result.delayed = delayed_.size();
  result.running = running_;
  result.ended = ended_;
  result.leased = slots_.total();
  return result;
}

std::optional<work_queue::explanation>
work_queue::explain(const task_id& id, time_point now) const {
  auto* x = find(id);
  if (x == nullptr)
    return std::nullopt;
  auto& name = spec_.name;
  if (x->at == state::running)
    return explanation{"is being started", nullptr};
  if (x->at == state::parked)
    return explanation{"runs, and waits for its child tasks", nullptr};
  if (x->at == state::backoff)
    return explanation{
      fmt::format("attempt {} has failed; the next one is due in {}", x->number,
                  to_string(delayed_.due(index_.at(id)) - now)),
      nullptr};
  if (is_paused_)
    return explanation{fmt::format("queue '{}' is paused", name), nullptr};
  if (x->at == state::held)
    return explanation{
      fmt::format("queue '{}' starts nothing by itself; call process_queue()",
                  name),
      nullptr};
  if (x->has_key && !x->is_resuming && !ready_.contains(index_.at(id))) {
    auto running = keys_.running(index_.at(id));
    return explanation{
      fmt::format("waits for its concurrency key '{}': {} of {} tasks with it "
                  "run in queue '{}'{}",
                  x->task.spec->concurrency_key, running, spec_.key_max, name,
                  running < spec_.key_max ? ", and others come first" : ""),
      nullptr};
  }
  if (spec_.max_concurrent > 0 && running_ >= spec_.max_concurrent)
    return explanation{
      fmt::format("queue '{}' runs {} tasks, as many as it may ({} waiting)",
                  name, running_, ready_.size()),
      nullptr};
  return explanation{{}, classes_.at(x->demand_class)};
}

} // namespace troupe::core
