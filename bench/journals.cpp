#include "bench/journals.hpp"

#include "bench/raw_sqlite.hpp"
#include "bench/scratch_file.hpp"
#include "bench/statistics.hpp"
#include "bench/throughput.hpp"
#include "bench/usage.hpp"
#include "bench/workload.hpp"
#include "storage/sqlite_journal.hpp"

#include <algorithm>
#include <chrono>

namespace troupe::bench {

namespace {

using clock = std::chrono::steady_clock;
using submission = void (*)(actors::runtime&, uint64_t count);

std::unique_ptr<actors::runtime> make_durable_runtime(const scratch_file& at) {
  return make_runtime(retry_policy::as_usual,
                      require(storage::open_sqlite_journal(at.path())));
}

sample run_durable(const context& what, submission submit, uint64_t full) {
  scratch_file file;
  auto rt = make_durable_runtime(file);
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

/// What one client waits until its one task is accepted, which is on disk then.
sample run_acceptance(const context& what) {
  scratch_file file;
  auto rt = make_durable_runtime(file);
  // What is done with it is another commit, which may be in the way.
  require(rt->pause_queue(noop_queue));
  std::vector<double> times;
  for (uint64_t i = 0; i < what.scaled(2000); ++i) {
    auto before = clock::now();
    require(rt->submit(noop_task()));
    times.push_back(
      std::chrono::duration<double, std::micro>{clock::now() - before}.count());
  }
  auto& alone = what.so_far.find(raw_sqlite_commit)->second;
  auto p50 = percentile(times, 50);
  return {
    {"of_commit", p50 / value_of(alone, "p50_us"), "of a commit"},
    {"p50_us", p50, "us p50"},
    {"p99_us", percentile(times, 99), "us p99"},
    {"max_us", percentile(times, 100), "us max"},
  };
}

/// A process after another that has left so many tasks to be done.
sample run_recovery(const context& what) {
  scratch_file file;
  auto count = what.scaled(1'000'000);
  {
    auto rt = make_durable_runtime(file);
    require(rt->pause_queue(noop_queue));
    submit_batches(*rt, count);
    require(rt->stop(actors::stop_mode::suspend));
  }
  auto bytes = file.bytes() / static_cast<double>(count);
  auto before = clock::now();
  auto rt = make_durable_runtime(file);
  if (require(rt->stats()).pending != count)
    throw std::runtime_error{"not all tasks are there again"};
  auto seconds = std::chrono::duration<double>{clock::now() - before}.count();
  return {
    {"seconds", seconds, "s"},
    {"bytes_per_task", bytes, "B/task on disk"},
  };
}

benchmark durable_benchmark(std::string name, std::string what,
                            submission submit, uint64_t full) {
  return {
    .name = std::move(name),
    .what = std::move(what),
    .bound = std::string{raw_sqlite_bound},
    .run = [=](const context& x) { return run_durable(x, submit, full); },
  };
}

} // namespace

std::vector<benchmark> journal_benchmarks() {
  std::vector<benchmark> all{
    durable_benchmark("durable/batches",
                      "tasks that are written, submitted a thousand at a time",
                      submit_batches, 200'000),
    durable_benchmark("durable/single", "the same, one client, one by one",
                      submit_singles, 2'000),
    durable_benchmark("durable/single_10", "the same, ten clients",
                      submit_from<10>, 10'000),
    durable_benchmark("durable/single_100", "the same, a hundred clients",
                      submit_from<100>, 50'000),
  };
  all.front().target = goal{"of_bound", goal::side::at_least, 0.4};
  all.push_back({
    .name = "durable/acceptance",
    .what = "one client's wait until a task is accepted",
    .needs = {std::string{raw_sqlite_commit}},
    .target = goal{"of_commit", goal::side::below, 1.3},
    .run = run_acceptance,
  });
  all.push_back({
    .name = "durable/recovery",
    .what = "from the start until a million tasks are there again",
    .target = goal{"seconds", goal::side::below, 10},
    .rounds_max = 1,
    .run = run_recovery,
  });
  return all;
}

} // namespace troupe::bench
