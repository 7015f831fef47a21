#include "bench/workload.hpp"

#include "bench/usage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <vector>

namespace troupe::bench {

actors::runtime_options make_options(retry_policy retries) {
  actors::runtime_options options;
  core::queue_spec queue;
  queue.name = noop_queue;
  queue.max_concurrent = 0;
  queue.retry_budget.is_enabled = retries == retry_policy::as_usual;
  options.queues.push_back(std::move(queue));
  return options;
}

std::unique_ptr<actors::runtime>
make_runtime(retry_policy retries, std::shared_ptr<storage::journal> journal) {
  auto options = make_options(retries);
  options.journal = std::move(journal);
  return std::make_unique<actors::runtime>(std::move(options));
}

void add_agent(actors::runtime& to, actors::handler f) {
  auto agent = actors::agent_definition{"bench"};
  require(to.add_agent(agent.slots(1000).on(noop_capability, std::move(f))));
}

actors::handler noop_handler() {
  return actors::cooperative(
    [](actors::task_context&) { return core::payload{}; });
}

void add_noop_agent(actors::runtime& to) {
  add_agent(to, noop_handler());
}

core::task_spec noop_task() {
  core::task_spec spec;
  spec.name = "noop";
  spec.queue = noop_queue;
  spec.capabilities.emplace_back(noop_capability);
  return spec;
}

void require(const core::result<void>& x) {
  if (!x)
    throw std::runtime_error{core::to_string(x.error())};
}

void submit_noops(actors::runtime& to, uint64_t count) {
  auto line = to.stream();
  for (uint64_t i = 0; i < count; ++i)
    require(line.submit(noop_task()));
  if (auto refused = require(line.flush()); refused > 0)
    throw std::runtime_error{fmt::format("{} tasks were refused", refused)};
}

void submit_batches(actors::runtime& to, uint64_t count) {
  constexpr uint64_t batch_size = 1000;
  while (count > 0) {
    auto size = std::min(count, batch_size);
    std::vector<core::task_spec> batch;
    batch.reserve(size);
    for (uint64_t i = 0; i < size; ++i)
      batch.push_back(noop_task());
    require(to.submit(std::move(batch)));
    count -= size;
  }
}

void submit_singles(actors::runtime& to, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i)
    require(to.submit(noop_task()));
}

void submit_from(actors::runtime& to, uint64_t clients, uint64_t count) {
  std::vector<std::future<void>> all;
  for (uint64_t i = 0; i < clients; ++i) {
    auto share = count / clients + (i < count % clients ? 1 : 0);
    all.push_back(std::async(std::launch::async,
                             [&to, share] { submit_singles(to, share); }));
  }
  for (auto& x : all)
    x.get();
}

void require_completed(actors::runtime& at, uint64_t completed) {
  if (!at.wait_until_idle(std::chrono::seconds{60}))
    throw std::runtime_error{"not idle after 60 s"};
  auto stats = require(at.stats());
  if (stats.completed != completed)
    throw std::runtime_error{fmt::format("{} tasks completed instead of {}",
                                         stats.completed, completed)};
}

sample cost_of_noops(actors::runtime& at, submission submit, uint64_t count) {
  add_noop_agent(at);
  return cost_of_tasks(at, submit, count);
}

sample cost_of_tasks(actors::runtime& at, submission submit, uint64_t count) {
  auto warm_up = count / 20;
  submit(at, warm_up);
  require_completed(at, warm_up);
  auto before = usage::now();
  submit(at, count);
  require_completed(at, warm_up + count);
  return cost_per_task(before, usage::now(), count);
}

} // namespace troupe::bench
