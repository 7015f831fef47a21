#include "bench/journals.hpp"

#include "bench/raw_sqlite.hpp"
#include "bench/scratch_file.hpp"
#include "bench/times.hpp"
#include "bench/workload.hpp"
#include "storage/sqlite_journal.hpp"

#include <chrono>

namespace troupe::bench {

namespace {

using clock = std::chrono::steady_clock;

std::unique_ptr<actors::runtime> make_durable_runtime(const scratch_file& at) {
  return make_runtime(retry_policy::as_usual,
                      require(storage::open_sqlite_journal(at.path())));
}

sample run_durable(const context& what, submission submit, uint64_t full) {
  scratch_file file;
  auto rt = make_durable_runtime(file);
  return cost_of_noops(*rt, submit, what.scaled(full));
}

/// What one client waits until its one task is accepted, which is on disk then.
sample run_acceptance(const context& what) {
  scratch_file file;
  auto rt = make_durable_runtime(file);
  // What is done with it is another commit, which may be in the way.
  require(rt->pause_queue(noop_queue));
  auto result = times_of(what.scaled(2000),
                         [&](uint64_t) { require(rt->submit(noop_task())); });
  auto share_of = [&](std::string_view name) {
    auto& alone = what.so_far.find(name)->second;
    return value_of(result, "p50_us") / value_of(alone, "p50_us");
  };
  // What the target is about goes first.
  result.insert(result.begin(),
                {{"of_commit", share_of(raw_sqlite_commit), "of a commit"},
                 {"of_submission", share_of(raw_sqlite_submission),
                  "of a commit of its rows"}});
  return result;
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
    .needs = {std::string{raw_sqlite_commit},
              std::string{raw_sqlite_submission}},
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
