#include "bench/retries.hpp"

#include "bench/throughput.hpp"
#include "bench/usage.hpp"
#include "bench/workload.hpp"

namespace troupe::bench {

namespace {

/// Fails, and is ready again at once.
core::task_spec unlucky_task() {
  auto spec = noop_task();
  spec.retry = {.max_retries = 1,
                .backoff = core::backoff_kind::fixed,
                .jitter = core::jitter_kind::none,
                .base = core::duration::zero()};
  return spec;
}

void submit_unlucky(actors::runtime& to, uint64_t count) {
  auto line = to.stream();
  for (uint64_t i = 0; i < count; ++i)
    require(line.submit(unlucky_task()));
  require(line.flush());
}

sample run_retries(const context& what) {
  auto rt = make_runtime(retry_policy::unlimited);
  add_agent(*rt,
            actors::cooperative(
              [](actors::task_context& ctx) -> core::result<core::payload> {
                if (ctx.attempt_number() == 1)
                  return core::fail(core::ec::handler_failed, "at first");
                return core::payload{};
              }));
  auto count = what.scaled(250'000);
  auto warm_up = count / 20;
  submit_unlucky(*rt, warm_up);
  require_completed(*rt, warm_up);
  auto before = usage::now();
  submit_unlucky(*rt, count);
  require_completed(*rt, warm_up + count);
  return cost_per_task(before, usage::now(), count);
}

} // namespace

std::vector<benchmark> retry_benchmarks() {
  return {
    {
      .name = "retry/once",
      .what = "tasks in a stream whose first attempt fails, against such as "
              "do not fail",
      .target = goal{"of_bound", goal::side::at_least, 1.0 / 3},
      .bound = std::string{throughput_maximum},
      .run = run_retries,
    },
  };
}

} // namespace troupe::bench
