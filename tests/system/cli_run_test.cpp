#include "agents/subprocess.hpp"

#include <gtest/gtest.h>

namespace troupe {

namespace {

/// Runs the built program on a pipeline given by standard input.
agents::subprocess_outcome run(const std::string& pipeline) {
  agents::subprocess_options options;
  options.argv = {TROUPE_PROGRAM, "run", "-"};
  options.input = pipeline;
  options.time_limit = std::chrono::seconds{50};
  auto outcome = agents::run_subprocess(options);
  if (!outcome)
    throw std::runtime_error{outcome.error().message};
  return *outcome;
}

bool has(const agents::captured_output& output, std::string_view part) {
  return output.bytes.find(part) != std::string::npos;
}

} // namespace

TEST(cli_run_test, ends_0_when_all_completed_or_were_skipped) {
  auto x = run(R"(
queues: {late: {auto_start: false}}
tasks:
  a: {argv: [echo, "12"], parse: json}
  b: {argv: [test, "${a.result.json}", -eq, 12], needs: a}
  c: {argv: ["false"], needs: a, when: "${a.result.json} > 12"}
  d: {argv: ["true"], queue: late}
)");
  EXPECT_EQ(x.exit_code, 0) << x.out.bytes << x.err.bytes;
  EXPECT_TRUE(has(x.out, "4 tasks: 3 completed, 1 skipped")) << x.out.bytes;
}

TEST(cli_run_test, ends_1_when_something_failed_and_says_why) {
  auto x = run(R"(
tasks:
  a: {shell: "echo no luck >&2; exit 3"}
  b: {argv: ["true"], needs: a}
)");
  EXPECT_EQ(x.exit_code, 1);
  EXPECT_TRUE(has(x.out, "exited with 3: no luck\n")) << x.out.bytes;
  EXPECT_TRUE(has(x.out, "2 tasks: 1 failed, 1 cancelled")) << x.out.bytes;
}

TEST(cli_run_test, ends_2_when_the_file_is_wrong_and_runs_nothing) {
  auto x = run("tasks: {a: {agrv: [x]}}");
  EXPECT_EQ(x.exit_code, 2);
  EXPECT_TRUE(has(x.err, "<stdin>:1:13: error: unknown key 'agrv' in task 'a'; "
                         "did you mean 'argv'?"))
    << x.err.bytes;
}

TEST(cli_run_test, ends_130_when_interrupted_once_or_twice) {
  // The program's own task is who sends the signal, so nothing has to wait.
  auto once = run(R"(tasks:
  a: {shell: "kill -INT $PPID; exec sleep 300"}
)");
  EXPECT_EQ(once.exit_code, 130) << once.out.bytes << once.err.bytes;
  EXPECT_TRUE(has(once.out, "(interrupted)")) << once.out.bytes;
  auto twice = run(R"(tasks:
  a:
    shell: |
      trap 'kill -INT $PPID' TERM
      kill -INT $PPID
      while :; do sleep 1; done
    grace: 5m
)");
  EXPECT_EQ(twice.exit_code, 130) << twice.out.bytes << twice.err.bytes;
}

TEST(cli_run_test, lets_no_more_through_than_its_limits) {
  for (auto policy : {"wait", "refuse"}) {
    auto x = run(std::string{"rate_limits: {all: {tokens: 20, per: 1s, burst: "
                             "2, when_exceeded: "}
                 + policy + R"(}}
tasks:
  a: {foreach: {from: 1, to: 6}, argv: ["true"]}
  b: {argv: [echo, "${a.statuses[5]}"], needs: a}
)");
    EXPECT_EQ(x.exit_code, 0) << x.out.bytes << x.err.bytes;
    EXPECT_TRUE(has(x.out, "7 tasks: 7 completed")) << x.out.bytes;
    // Five had to wait for a token, 50 ms each.
    EXPECT_GE(x.time, std::chrono::milliseconds{250});
  }
}

TEST(cli_run_test, waits_for_room_in_a_queue) {
  auto x = run(R"(
queues: {narrow: {waiting_max: 1, when_full: wait, max_concurrent: 1}}
tasks:
  a: {foreach: {from: 1, to: 20}, argv: ["true"], queue: narrow}
  b: {argv: ["true"], needs: a, queue: narrow}
)");
  EXPECT_EQ(x.exit_code, 0) << x.out.bytes << x.err.bytes;
  EXPECT_TRUE(has(x.out, "21 tasks: 21 completed")) << x.out.bytes;
}

TEST(cli_run_test, cancels_what_makes_room) {
  auto x = run(R"(
queues: {late: {waiting_max: 1, when_full: shed, auto_start: false}}
tasks:
  a: {argv: ["true"], queue: late, priority: low}
  b: {argv: ["true"], queue: late, priority: high}
  c: {argv: ["true"], needs: a}
)");
  EXPECT_EQ(x.exit_code, 1) << x.out.bytes << x.err.bytes;
  EXPECT_TRUE(has(x.out, "made room for 'b' in queue 'late', which is full"))
    << x.out.bytes;
  EXPECT_TRUE(has(x.out, "3 tasks: 1 completed, 2 cancelled")) << x.out.bytes;
}

TEST(cli_run_test, leaves_alone_what_keeps_failing) {
  auto x = run(R"(
circuits: {scope: queue, failures_max: 1, cool_down: 300ms}
queues: {one: {max_concurrent: 1}}
tasks:
  a: {argv: ["false"], queue: one}
  b: {argv: ["true"], queue: one, needs: [{task: a, on_failure: run}]}
)");
  EXPECT_EQ(x.exit_code, 1) << x.out.bytes << x.err.bytes;
  EXPECT_TRUE(has(x.out, "2 tasks: 1 completed, 1 failed")) << x.out.bytes;
  // The circuit kept `b` back until it had cooled down.
  EXPECT_GE(x.time, std::chrono::milliseconds{300});
}

TEST(cli_run_test, fails_tasks_that_are_refused_and_cancels_their_dependents) {
  auto x = run(R"(
rate_limits: {all: {tokens: 1000, burst: 10}}
queues: {small: {waiting_max: 1, auto_start: false}}
tasks:
  a: {argv: ["true"], queue: small}
  b: {argv: ["true"], queue: small}
  c: {argv: ["true"], needs: b}
)");
  EXPECT_EQ(x.exit_code, 1) << x.out.bytes << x.err.bytes;
  EXPECT_TRUE(has(x.out, "3 tasks: 1 completed, 1 failed, 1 cancelled"))
    << x.out.bytes;
  EXPECT_TRUE(has(x.out, "it needs 'b', which was refused")) << x.out.bytes;
}

TEST(cli_run_test, is_interrupted_while_tasks_wait_for_tokens) {
  auto x = run(R"(
rate_limits: {all: {tokens: 1, per: 1h, burst: 1}}
tasks:
  a: {shell: "kill -INT $PPID; exec sleep 300"}
  b: {argv: ["true"]}
  c: {argv: ["true"], needs: b}
)");
  EXPECT_EQ(x.exit_code, 130) << x.out.bytes << x.err.bytes;
  EXPECT_TRUE(has(x.out, "3 tasks: 3 cancelled")) << x.out.bytes;
}

} // namespace troupe
