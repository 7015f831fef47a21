#include "bench/throughput.hpp"

#include "bench/bare_pipeline.hpp"
#include "bench/usage.hpp"
#include "bench/workload.hpp"

#include <algorithm>
#include <future>
#include <thread>

namespace troupe::bench {

namespace {

/// How a client gets `count` tasks to the runtime.
using submission = void (*)(actors::runtime&, uint64_t count);

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

void submit_from_eight(actors::runtime& to, uint64_t count) {
  constexpr uint64_t clients = 8;
  std::vector<std::future<void>> all;
  for (uint64_t i = 0; i < clients; ++i) {
    auto share = count / clients + (i < count % clients ? 1 : 0);
    all.push_back(std::async(std::launch::async,
                             [&to, share] { submit_singles(to, share); }));
  }
  for (auto& x : all)
    x.get();
}

sample run_throughput(const context& what, submission submit, uint64_t full) {
  auto rt = make_runtime();
  add_noop_agent(*rt);
  auto count = what.scaled(full);
  auto warm_up = count / 20;
  submit(*rt, warm_up);
  require_completed(*rt, warm_up);
  auto before = usage::now();
  submit(*rt, count);
  require_completed(*rt, warm_up + count);
  return cost_per_task(before, usage::now(), count);
}

benchmark throughput_benchmark(std::string name, std::string what,
                               submission submit, uint64_t full) {
  return {
    .name = std::move(name),
    .what = std::move(what),
    .bound = std::string{bare_pipeline_bound},
    .run = [=](const context& x) { return run_throughput(x, submit, full); },
  };
}

} // namespace

std::vector<benchmark> throughput_benchmarks() {
  goal share_of_bound{"of_bound", goal::side::at_least, 0.4};
  std::vector<benchmark> all{
    throughput_benchmark(std::string{throughput_maximum},
                         "tasks submitted one by one through a stream",
                         submit_noops, 500'000),
    throughput_benchmark("throughput/batches",
                         "tasks submitted a thousand at a time", submit_batches,
                         500'000),
    throughput_benchmark("throughput/single",
                         "one client that waits for each acceptance",
                         submit_singles, 50'000),
    throughput_benchmark("throughput/single_8",
                         "eight clients that wait for each acceptance",
                         submit_from_eight, 100'000),
  };
  all[0].target = share_of_bound;
  all[1].target = share_of_bound;
  return all;
}

} // namespace troupe::bench
