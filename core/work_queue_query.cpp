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
  result.leased = slots_.total() + leased_;
  return result;
}

/// Of a task that is kept back.
std::string work_queue::explain_key(uint32_t handle, time_point now) const {
  auto& key = entries_[handle].spec->concurrency_key;
  auto running = keys_.running(handle);
  if (spec_.key_max > 0 && running >= spec_.key_max)
    return fmt::format("waits for its concurrency key '{}': {} of {} tasks "
                       "with it run in queue '{}'",
                       key, running, spec_.key_max, spec_.name);
  if (auto due = keys_.next_start(handle); due > now)
    return fmt::format("queue '{}' starts {} with the concurrency key '{}'; "
                       "the next one is due in {}",
                       spec_.name, to_string(spec_.rate->limit), key,
                       to_string(due - now));
  return fmt::format("waits for its concurrency key '{}': others with it come "
                     "first in queue '{}'",
                     key, spec_.name);
}

std::optional<work_queue::explanation>
work_queue::explain(const task_id& id, time_point now) const {
  auto* x = find(id);
  if (x == nullptr)
    return std::nullopt;
  auto& name = spec_.name;
  if (x->at == state::running)
    return explanation{"is being started", nullptr};
  if (x->at == state::missing)
    return explanation{
      fmt::format("runs, and queue '{}' is being started again", name),
      nullptr};
  if (x->at == state::parked)
    return explanation{"runs, and waits for its child tasks", nullptr};
  if (x->at == state::paused)
    return explanation{"is paused", nullptr};
  if (x->at == state::backoff)
    return explanation{
      fmt::format("attempt {} has failed; the next one is due in {}", x->number,
                  to_string(delayed_.due(index_.find(id)) - now)),
      nullptr};
  if (is_paused_)
    return explanation{fmt::format("queue '{}' is paused", name), nullptr};
  if (x->at == state::held)
    return explanation{
      fmt::format("queue '{}' starts nothing by itself; call process_queue()",
                  name),
      nullptr};
  if (x->has_key && !x->is_resuming && !ready_.contains(index_.find(id)))
    return explanation{explain_key(index_.find(id), now), nullptr};
  if (auto* bar = bars_.find(*classes_.at(x->demand_class), name))
    return explanation{
      fmt::format("waits for circuit '{}', which is {}", bar->key,
                  bar->is_half_open ? "half-open and has its probes under way"
                                    : "open"),
      nullptr};
  if (tokens(now) == 0 && !x->is_resuming)
    return explanation{
      fmt::format("queue '{}' starts {}; the next one is due in {}", name,
                  to_string(bucket_->rate()),
                  to_string(bucket_->when(1, now) - now)),
      nullptr};
  if (spec_.max_concurrent > 0 && running_ >= spec_.max_concurrent)
    return explanation{
      fmt::format("queue '{}' runs {} tasks, as many as it may ({} waiting)",
                  name, running_, ready_.size()),
      nullptr};
  return explanation{{}, classes_.at(x->demand_class)};
}

} // namespace troupe::core
