#include "tests/core/work_queue_fixture.hpp"

#include <algorithm>

namespace troupe::core {

void work_queue_fixture::enqueue(const std::string& name, const task_options& x,
                                 time_point ready_at) {
  task_spec spec;
  spec.id = id_of(name);
  spec.name = name;
  spec.capabilities = x.capabilities;
  spec.agent = x.agent;
  spec.wish = x.wish;
  spec.sticky_key = x.sticky_key;
  spec.concurrency_key = x.concurrency_key;
  spec.resources = x.resources;
  spec.owner = x.owner;
  spec.retry = x.retry;
  ready_task task;
  task.spec = std::make_shared<const task_spec>(std::move(spec));
  task.parameters = payload{{"of", name}};
  task.priority = x.priority;
  task.ready_at = ready_at;
  task.attempts = x.attempts;
  queue->enqueue(std::move(task));
}

void work_queue_fixture::plan() {
  queue->plan(clock);
  auto actions = queue->take_actions();
  runs.clear();
  wants.clear();
  returns.clear();
  stops.clear();
  reports.clear();
  probes = actions.probes;
  auto begun = std::exchange(adopted, {});
  for (auto& dispatch : actions.dispatches) {
    for (auto& order : dispatch.orders) {
      runs.push_back(fmt::format("{} {} {}", name_of(order.key()),
                                 order.is_resumed ? "goes on on" : "on",
                                 agent_name(dispatch.agent)));
      if (!order.is_resumed)
        begun.push_back(order.key());
    }
    orders.insert(orders.end(), dispatch.orders.begin(), dispatch.orders.end());
  }
  std::vector<attempt_key> told;
  for (auto& x : actions.started)
    told.push_back(x.key);
  std::ranges::sort(begun);
  std::ranges::sort(told);
  EXPECT_EQ(begun, told) << "the manager must hear of just these";
  for (auto& x : actions.wants)
    wants.push_back(fmt::format("{} of {}{} at {}", x.count, to_string(*x.what),
                                x.what->is_resuming ? " to go on" : "",
                                x.priority));
  for (auto& x : actions.returned)
    returns.push_back(fmt::format("{} of {}", x.count, agent_name(x.agent)));
  for (auto& x : actions.leases)
    returns.push_back(
      fmt::format("{} {}", x.is_whole ? "lease" : "slot of lease", x.lease));
  for (auto& [agent, key] : actions.cancellations)
    stops.push_back(fmt::format("{} on {}", name_of(key), agent_name(agent)));
  for (auto& x : actions.ended)
    reports.push_back(name_of(x.key) + " ended");
  for (auto& x : actions.retried)
    reports.push_back(fmt::format("{} failed, again in {}",
                                  name_of(x.failed.key),
                                  to_string(x.at - clock)));
  for (auto& x : actions.lost)
    reports.push_back(name_of(x) + " lost");
}

} // namespace troupe::core
