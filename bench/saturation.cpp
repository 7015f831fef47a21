#include "bench/saturation.hpp"

#include "bench/statistics.hpp"
#include "bench/workload.hpp"

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <thread>

namespace troupe::bench {

namespace {

using clock = std::chrono::steady_clock;

constexpr const char* parked_queue = "parked";

/// Submits tasks as fast as it can from a thread of its own.
class flood {
public:
  explicit flood(actors::runtime& to)
    : to_(to), worker_([this](std::stop_token stop) { run(stop); }) {
  }

  /// Ends it; throws what went wrong, else returns how many it submitted.
  uint64_t stop() {
    worker_.request_stop();
    worker_.join();
    if (problem_)
      std::rethrow_exception(problem_);
    return submitted_;
  }

private:
  void run(const std::stop_token& stop) {
    try {
      auto line = to_.stream();
      for (; !stop.stop_requested(); ++submitted_)
        require(line.submit(noop_task()));
      require(line.flush());
    } catch (...) {
      problem_ = std::current_exception();
    }
  }

  actors::runtime& to_;
  uint64_t submitted_ = 0;
  std::exception_ptr problem_;
  std::jthread worker_;
};

/// Tasks that wait until they are asked about.
std::vector<core::task_id> park_tasks(actors::runtime& to, uint64_t count) {
  core::queue_spec queue;
  queue.name = parked_queue;
  queue.auto_start = false;
  require(to.add_queue(std::move(queue)));
  std::vector<core::task_spec> specs(count, noop_task());
  for (auto& x : specs)
    x.queue = parked_queue;
  return require(to.submit(std::move(specs)));
}

/// One question to the runtime about a task that waits.
using question = void (*)(actors::runtime&, const core::task_id&);

sample run_saturation(const context& what, question ask) {
  auto rt = make_runtime();
  add_noop_agent(*rt);
  auto parked = park_tasks(*rt, what.scaled(1000));
  flood load{*rt};
  std::this_thread::sleep_for(std::chrono::milliseconds{300});
  auto completed = require(rt->stats()).completed;
  auto begin = clock::now();
  std::vector<double> waits;
  for (auto& id : parked) {
    auto asked = clock::now();
    ask(*rt, id);
    std::chrono::duration<double, std::milli> wait{clock::now() - asked};
    waits.push_back(wait.count());
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  std::chrono::duration<double> span{clock::now() - begin};
  completed = require(rt->stats()).completed - completed;
  load.stop();
  require(rt->stop(actors::stop_mode::cancel));
  return {
    {"p99_ms", percentile(waits, 99), "ms p99"},
    {"p50_ms", percentile(waits, 50), "ms p50"},
    {"max_ms", percentile(waits, 100), "ms max"},
    {"tasks_per_second", static_cast<double>(completed) / span.count(),
     "tasks/s meanwhile"},
  };
}

benchmark saturation_benchmark(std::string name, std::string what,
                               question ask) {
  return {
    .name = std::move(name),
    .what = std::move(what),
    .target = goal{"p99_ms", goal::side::below, 10},
    .run = [=](const context& x) { return run_saturation(x, ask); },
  };
}

} // namespace

std::vector<benchmark> saturation_benchmarks() {
  return {
    saturation_benchmark(
      "saturation/status", "system status while the engine is saturated",
      [](actors::runtime& rt, const core::task_id&) { require(rt.status()); }),
    saturation_benchmark("saturation/get", "the record of one task, likewise",
                         [](actors::runtime& rt, const core::task_id& id) {
                           require(rt.get(id));
                         }),
    saturation_benchmark("saturation/cancel",
                         "cancelling a task that waits, likewise",
                         [](actors::runtime& rt, const core::task_id& id) {
                           require(rt.cancel(id));
                         }),
  };
}

} // namespace troupe::bench
