#include "tests/core/registry_fixture.hpp"

namespace troupe::core {

void registry_fixture::use(retention_settings retention, uint64_t waiting_max) {
  registry = std::make_unique<task_registry>(retention);
  registry->add_queue({.name = "default", .waiting_max = waiting_max});
  registry->add_queue({.name = "side", .waiting_max = waiting_max});
  registry->name_agent(0, "a");
  registry->name_agent(1, "b");
}

result<void> registry_fixture::submit(const std::vector<task_spec>& specs) {
  std::vector<task_spec_ptr> shared;
  for (auto& x : specs)
    shared.push_back(std::make_shared<const task_spec>(x));
  return registry->submit(shared, now);
}

void registry_fixture::end(const std::string& name, payload value,
                           error failure, uint32_t number) {
  attempt_outcome x;
  x.key = {id_of(name), number};
  x.finished = now;
  x.result = std::move(value);
  x.failure = std::move(failure);
  registry->ended(std::move(x));
}

std::string registry_fixture::end_of(const std::string& name) {
  auto x = get(name);
  auto text = std::string{to_string(x.status)};
  return x.failure ? fmt::format("{} ({})", text, to_string(*x.failure)) : text;
}

lines registry_fixture::events() {
  take();
  lines result;
  for (auto& x : std::exchange(events_, {}))
    result.push_back(
      fmt::format("{} {}", to_string(x.kind).substr(5), name_of(x.task)));
  return result;
}

void registry_fixture::take() {
  auto& actions = registry->actions();
  for (auto& line : actions.queues) {
    for (auto& x : std::exchange(line.enqueue, {})) {
      enqueued_.push_back(x.spec->name);
      tasks.insert_or_assign(x.spec->name, x);
    }
    for (auto& id : std::exchange(line.withdraw, {}))
      withdrawn_.push_back(name_of(id));
  }
  for (auto& x : std::exchange(actions.events, {}))
    events_.push_back(x);
}

} // namespace troupe::core
