#include "cli/dry_run.hpp"

#include "tests/cli/runs.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

using testing::fake_run;

TEST(dry_run_test, shows_stages_in_order_and_what_waits_for_what) {
  fake_run run{R"(name: licenses
queues: {slow: {max_concurrent: 1, auto_start: false}}
agents:
  shell: {capabilities: [process.run], slots: 2, has: gpu}
tasks:
  report:
    argv: [x]
    needs: [count, prepare]
    priority: high
    when: ${prepare.result.exit_code} == 0
    agent: {require: shell}
    requires: gpu
  count: {foreach: [a, b], argv: [x], needs: prepare, queue: slow}
  prepare: {argv: [x]}
)"};
  EXPECT_EQ(render_dry_run(run.source, run.tasks, palette{}),
            R"(licenses: 4 tasks in 3 stages
  agent shell: 2 slots, process.run
  queue slow: 1 at once, started when nothing else can run
  queue default: as many at once as agents have slots
stage 1
  prepare  process.run    queue default, priority normal
stage 2
  count/a  process.run    queue slow, priority normal, after prepare
  count/b  process.run    queue slow, priority normal, after prepare
stage 3
  report   process.run    queue default, priority high, requires gpu, )"
            R"(on agent shell, after count (2 tasks), prepare, )"
            R"(when ${prepare.result.exit_code} == 0
)");
}

} // namespace troupe::cli
