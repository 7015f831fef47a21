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

TEST(dry_run_test, shows_every_limit_that_is_not_as_usual) {
  fake_run run{R"(name: limits
queues:
  default:
    max_concurrent: 2
    aging: 10s
    waiting_max: 9
    when_full: wait
    key_max: 3
    at_key_max: refuse
    rate: {tokens: 5, per: 1s}
agents:
  shell: {capabilities: [process.run], slots: 1, resources: {gpu: 2}}
rate_limits:
  api:
    scope: capability
    only: process.run
    tokens: 100
    per: 1m
    when_exceeded: wait
circuits: {scope: queue, failures_max: 3, failure_rate: 0.5, cool_down: 5s}
tasks:
  a: {argv: [x], timeout: 0, retries: 1, key: k, resources: {gpu: 0.5}}
  b:
    argv: [x]
    timeout: {attempt: 1s, heartbeat: 2s, waiting: 3s, total: 4s}
    retries: 2
)"};
  EXPECT_EQ(render_dry_run(run.source, run.tasks, palette{}),
            R"(limits: 2 tasks in 1 stage
  agent shell: 1 slot, process.run, with 2 gpu
  queue default: 2 at once, a point more urgent every 10s, )"
            R"(starts no more than 5 per 1s, 3 with one key (else: refuse), )"
            R"(at most 9 waiting (else: wait)
  limit 'api' (100 per 1m, 1 at once, for capability 'process.run'), else: wait
  circuits by queue: open for 5s after 3 failures in a row, )"
            R"(or 50 % of 20 or more failures in 1m, meanwhile: hold
stage 1
  a  process.run    queue default, priority normal, no timeout, 1 retry, )"
            R"(key k, takes 0.5 gpu
  b  process.run    queue default, priority normal, timeout 1s, )"
            R"(heartbeat 2s, waits at most 3s, in all at most 4s, 2 retries
)");
}

} // namespace troupe::cli
