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

core::task_spec timed_task(uint64_t index) {
  auto spec = noop_task();
  spec.parameters = core::json(index);
  return spec;
}

struct submissions {
  explicit submissions(uint64_t count) : due(count), submitted(count) {
  }

  std::vector<clock::time_point> due;
  std::vector<clock::time_point> submitted;
};

/// Submits one task every `1 / rate` seconds, as they fall due: those that fell
/// due while the client slept go at once.
void submit_paced(actors::runtime& to, submissions& at, double rate) {
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
  std::vector<clock::time_point> starts(count);
  add_agent(*rt, note_start(starts));
  return measure_latency(*rt, starts, rate);
}

} // namespace

actors::handler note_start(start_times to) {
  return actors::cooperative([to](actors::task_context& ctx) {
    auto now = clock::now();
    to[ctx.parameters().get<uint64_t>()] = now;
    return core::payload{};
  });
}

sample measure_latency(actors::runtime& at, start_times starts, double rate) {
  auto count = starts.size();
  submissions times{count};
  submit_paced(at, times, rate);
  require_completed(at, count);
  // The first ones meet cold caches and fresh heaps.
  std::vector<double> waits;
  std::vector<double> delays;
  for (auto i = count / 20; i < count; ++i) {
    waits.push_back(microseconds{starts[i] - times.submitted[i]}.count());
    delays.push_back(microseconds{times.submitted[i] - times.due[i]}.count());
  }
  auto span = std::chrono::duration<double>(times.submitted.back()
                                            - times.submitted.front());
  return {
    {"p50_us", percentile(waits, 50), "us p50"},
    {"p99_us", percentile(waits, 99), "us p99"},
    {"max_us", percentile(waits, 100), "us max"},
    {"tasks_per_second", static_cast<double>(count - 1) / span.count(),
     "tasks/s"},
    {"client_late_p99_us", percentile(delays, 99), "us client late p99"},
  };
}

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
