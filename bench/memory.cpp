#include "bench/memory.hpp"

#include "bench/footprint.hpp"
#include "bench/workload.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace troupe::bench {

namespace {

/// Makes one more task that will wait, given the one before.
using next_task = core::task_spec (*)(actors::runtime&,
                                      const core::task_id& before);

core::task_spec plain(actors::runtime&, const core::task_id&) {
  return noop_task();
}

core::task_spec with_parameters(actors::runtime&, const core::task_id&) {
  auto spec = noop_task();
  spec.parameters = core::payload{{"path", "/usr/share/common-licenses/GPL-3"},
                                  {"lines", 25}};
  return spec;
}

core::task_spec dependent(actors::runtime&, const core::task_id& before) {
  auto spec = noop_task();
  if (!before.is_nil()) {
    core::dependency edge;
    edge.task = before;
    spec.dependencies.push_back(std::move(edge));
  }
  return spec;
}

void submit_waiting(actors::runtime& to, next_task next, uint64_t count) {
  auto line = to.stream();
  core::task_id before;
  for (uint64_t i = 0; i < count; ++i)
    before = require(line.submit(next(to, before)));
  if (require(line.flush()) > 0)
    throw std::runtime_error{"tasks were refused"};
  if (require(to.stats()).pending < count)
    throw std::runtime_error{"tasks did not wait"};
}

sample run_memory(const context& what, next_task next, bool is_paused) {
  auto rt = make_runtime();
  if (is_paused) {
    add_noop_agent(*rt);
    require(rt->pause_queue(noop_queue));
  }
  submit_waiting(*rt, next, 1000);
  auto count = what.scaled(1'000'000);
  auto before = footprint::now();
  submit_waiting(*rt, next, count);
  auto after = footprint::now();
  auto n = static_cast<double>(count);
  return {
    {"resident_bytes_per_task", (after.resident - before.resident) / n,
     "B/task resident"},
    {"heap_bytes_per_task", (after.in_use - before.in_use) / n,
     "B/task in use"},
  };
}

/// Fails, and waits for an hour.
core::task_spec failing(actors::runtime&, const core::task_id&) {
  auto spec = noop_task();
  spec.retry = {.max_retries = 1,
                .backoff = core::backoff_kind::fixed,
                .jitter = core::jitter_kind::none,
                .base = std::chrono::hours{1},
                .cap = std::chrono::hours{1}};
  return spec;
}

core::task_spec with_deadline(actors::runtime&, const core::task_id&) {
  auto spec = noop_task();
  spec.limits.waiting = std::chrono::hours{1};
  return spec;
}

sample difference(const footprint& before, const footprint& after, double n) {
  return {
    {"resident_bytes_per_task", (after.resident - before.resident) / n,
     "B/task resident more"},
    {"heap_bytes_per_task", (after.in_use - before.in_use) / n,
     "B/task in use more"},
  };
}

/// What tasks take more while their next attempt is pending.
sample run_pending_retries(const context& what) {
  auto rt = make_runtime(retry_policy::unlimited);
  add_agent(*rt, actors::cooperative(
                   [](actors::task_context&) -> core::result<core::payload> {
                     return core::fail(core::ec::handler_failed, "no");
                   }));
  auto count = what.scaled(1'000'000);
  require(rt->pause_queue(noop_queue));
  submit_waiting(*rt, failing, count);
  auto before = footprint::now();
  require(rt->resume_queue(noop_queue));
  auto is_pending = [&] {
    auto queues = require(rt->status()).queues;
    return std::ranges::any_of(queues, [&](auto& x) {
      return x.spec.name == noop_queue && x.delayed == count;
    });
  };
  while (!is_pending())
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  return difference(before, footprint::now(), static_cast<double>(count));
}

/// What tasks take more if they have a deadline.
sample run_deadlines(const context& what) {
  auto rt = make_runtime();
  add_noop_agent(*rt);
  require(rt->pause_queue(noop_queue));
  submit_waiting(*rt, plain, 1000);
  auto count = what.scaled(1'000'000);
  auto begin = footprint::now();
  submit_waiting(*rt, plain, count);
  auto without = footprint::now();
  submit_waiting(*rt, with_deadline, count);
  auto with = footprint::now();
  // As much as the first half, and what is asked about.
  footprint expected{2 * without.resident - begin.resident,
                     2 * without.in_use - begin.in_use};
  return difference(expected, with, static_cast<double>(count));
}

benchmark memory_benchmark(std::string name, std::string what, next_task next,
                           bool is_paused) {
  return {
    .name = std::move(name),
    .what = std::move(what),
    .target = goal{"resident_bytes_per_task", goal::side::below, 1024},
    .rounds_max = 1,
    .run = [=](const context& x) { return run_memory(x, next, is_paused); },
  };
}

} // namespace

std::vector<benchmark> memory_benchmarks() {
  std::vector<benchmark> all{
    memory_benchmark("memory/queued",
                     "a million tasks in a queue that is paused", plain, true),
    memory_benchmark("memory/unroutable",
                     "a million tasks that no agent can do", plain, false),
    memory_benchmark("memory/parameters",
                     "a million with two parameters of their own",
                     with_parameters, true),
    memory_benchmark("memory/blocked", "a million, each after the one before",
                     dependent, true),
  };
  // How much an application hands over is its own affair.
  all[2].target.reset();
  goal small{"resident_bytes_per_task", goal::side::below, 200};
  all.push_back({
    .name = "memory/retries",
    .what = "what a million take more when they have failed and wait for "
            "their next attempts",
    .target = small,
    .rounds_max = 1,
    .run = run_pending_retries,
  });
  all.push_back({
    .name = "memory/deadlines",
    .what = "what a million that wait take more if they have a deadline",
    .target = small,
    .rounds_max = 1,
    .run = run_deadlines,
  });
  return all;
}

} // namespace troupe::bench
