// What a queue is told that takes the place of one that is gone.

#include "core/reference.hpp"
#include "core/task_registry.hpp"
#include "core/task_registry_entry.hpp"

#include <utility>

namespace troupe::core {

std::vector<recovered_task> task_registry::recover(uint32_t queue) {
  // What was on its way to the old one is among all that follows.
  actions_.queues[queue] = {};
  std::vector<recovered_task> result;
  for (auto slot : order_) {
    if (slot == none)
      continue;
    auto& x = at(slot);
    if (x.queue == queue && x.is_enqueued && !is_end(x.status))
      result.push_back(recovered(x));
  }
  return result;
}

recovered_task task_registry::recovered(const entry& x) const {
  recovered_task result;
  auto inputs = inputs_of(x);
  // They could be resolved when it became ready, from the same; in a process
  // before this one the limit may have been another.
  auto parameters = parameters_of(x, inputs.get(), SIZE_MAX);
  result.task = {x.spec,
                 parameters ? *std::move(parameters) : x.spec->parameters,
                 std::move(inputs),
                 task_priority{x.priority},
                 x.ready_at,
                 x.attempt,
                 x.is_to_pause};
  result.is_running = x.is_live;
  if (x.more) {
    result.failures = x.more->failures;
    result.losses = x.more->losses;
    result.pause = x.more->pause;
    if (x.reason == pending_reason::backoff)
      result.not_before = x.more->retry_at;
  }
  return result;
}

/// With references to dependencies resolved.
result<payload> task_registry::parameters_of(const entry& x,
                                             const dependency_results* inputs,
                                             size_t bytes_max) {
  auto& given = x.spec->parameters;
  if (given.is_null() || !has_references(given.value()))
    return given;
  static const dependency_results no_inputs;
  return resolve(given, inputs ? *inputs : no_inputs, bytes_max);
}

std::vector<live_on_agent> task_registry::live_attempts() const {
  std::vector<live_on_agent> result;
  for (auto slot : order_) {
    if (slot == none)
      continue;
    auto& x = at(slot);
    if (x.is_live)
      result.push_back({x.spec, x.attempt, std::string{agent_name(x.agent)}});
  }
  return result;
}

task_spec_ptr task_registry::spec_of(const task_id& id) const {
  auto slot = find(id);
  return slot == none ? nullptr : at(slot).spec;
}

} // namespace troupe::core
