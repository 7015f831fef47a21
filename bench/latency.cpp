#include "bench/latency.hpp"

#include "bench/statistics.hpp"
#include "bench/throughput.hpp"
#include "bench/workload.hpp"

#include <sys/prctl.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace troupe::bench {

namespace {

using clock = std::chrono::steady_clock;
using microseconds = std::chrono::duration<double, std::micro>;

/// Each task writes to places of its own, which are read when all have ended.
struct times {
  explicit times(uint64_t count)
    : due(count), submitted(count), started(count) {
  }

  std::vector<clock::time_point> due;
  std::vector<clock::time_point> submitted;
  std::vector<clock::time_point> started;
};

core::task_spec timed_task(uint64_t index) {
  auto spec = noop_task();
  spec.parameters = core::json(index);
  return spec;
}

/// Submits one task every `1 / rate` seconds, as they fall due: those that fell
/// due while the client slept go at once.
void submit_paced(actors::runtime& to, times& at, double rate) {
  // The kernel may wake a sleeper 50 us late by default.
  prctl(PR_SET_TIMERSLACK, 1);
  auto line = to.stream();
  auto begin = clock::now();
  for (uint64_t i = 0; i < at.due.size(); ++i) {
    auto offset = std::chrono::duration<double>(static_cast<double>(i) / rate);
    at.due[i] = begin + std::chrono::duration_cast<clock::duration>(offset);
    if (clock::now() < at.due[i])
      std::this_thread::sleep_until(at.due[i]);
    at.submitted[i] = clock::now();
    require(line.submit(timed_task(i)));
  }
  if (require(line.flush()) > 0)
    throw std::runtime_error{"tasks were refused"};
}

sample run_latency(double rate, uint64_t count) {
  auto rt = make_runtime();
  times at{count};
  add_agent(*rt, actors::cooperative([&at](actors::task_context& ctx) {
    auto now = clock::now();
    at.started[ctx.parameters().get<uint64_t>()] = now;
    return core::payload{};
  }));
  submit_paced(*rt, at, rate);
  require_completed(*rt, count);
  // The first ones meet cold caches and fresh heaps.
  std::vector<double> waits;
  std::vector<double> delays;
  for (auto i = count / 20; i < count; ++i) {
    waits.push_back(microseconds{at.started[i] - at.submitted[i]}.count());
    delays.push_back(microseconds{at.submitted[i] - at.due[i]}.count());
  }
  auto span
    = std::chrono::duration<double>(at.submitted.back() - at.submitted.front());
  return {
    {"p50_us", percentile(waits, 50), "us p50"},
    {"p99_us", percentile(waits, 99), "us p99"},
    {"max_us", percentile(waits, 100), "us max"},
    {"tasks_per_second", static_cast<double>(count - 1) / span.count(),
     "tasks/s"},
    {"client_late_p99_us", percentile(delays, 99), "us client late p99"},
  };
}

} // namespace

std::vector<benchmark> latency_benchmarks() {
  return {
    {
      .name = "latency/light",
      .what = "from submission to start, at 1000 tasks per second",
      .target = goal{"p99_us", goal::side::below, 1000},
      .run = [](const context& x) { return run_latency(1000, x.scaled(2000)); },
    },
    {
      .name = "latency/half",
      .what = "the same at half of the maximum of throughput/stream",
      .needs = {std::string{throughput_maximum}},
      .run =
        [](const context& x) {
          auto& maximum = x.so_far.find(throughput_maximum)->second;
          auto rate = value_of(maximum, "tasks_per_second") / 2;
          return run_latency(rate, x.scaled(200'000));
        },
    },
  };
}

} // namespace troupe::bench
