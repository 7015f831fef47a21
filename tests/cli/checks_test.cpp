#include "cli/checks.hpp"

#include "tests/cli/loading.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

using testing::load;
using testing::mistake_list;

} // namespace

TEST(checks_test, names_must_lead_somewhere) {
  EXPECT_EQ(load(R"(agents: {shell: {capabilities: [process.run]}}
queues: {fast: }
tasks:
  build: {argv: [x], queue: fsat}
  test: {argv: [x], needs: [biuld], agent: shlel}
  read: {run: file.read, with: {path: x}, requires: []}
  gpu: {argv: [x], requires: [gpu]}
)")
              .messages,
            (mistake_list{
              "f:4:29: error: unknown queue 'fsat' in task 'build'; did you "
              "mean 'fast'?",
              "f:5:29: error: unknown task 'biuld' in 'needs' of task 'test'; "
              "did you mean 'build'?",
              "f:5:44: error: unknown agent 'shlel' in task 'test'; did you "
              "mean 'shell'?",
              "f:6:15: error: no agent has 'file.read', which task 'read' asks "
              "for; valid is 'process.run'",
              "f:7:3: error: no agent has 'gpu', which task 'gpu' asks for; "
              "valid is 'process.run'",
            }));
}

TEST(checks_test, one_agent_must_have_all_a_task_asks_for) {
  EXPECT_EQ(load(R"(agents:
  a: {capabilities: [process.run]}
  b: {capabilities: [file.read], has: [gpu]}
tasks:
  t: {argv: [x], requires: gpu}
  u: {argv: [x], agent: b}
)")
              .messages,
            (mistake_list{
              "f:5:3: error: no agent has all that task 't' asks for: "
              "process.run, gpu",
              "f:6:25: error: agent 'b' has not all that task 'u' asks for: "
              "process.run",
            }));
}

TEST(checks_test, circles_are_spelled_out) {
  EXPECT_EQ(load(R"(tasks:
  a: {argv: [x], needs: c}
  b: {argv: [x], needs: [a]}
  c: {argv: [x], needs: [b, d]}
  d: {argv: [x], needs: d}
  e: {argv: [x], needs: [a, d]}
)")
              .messages,
            (mistake_list{
              "f:3:26: error: tasks need each other in a circle: a -> c -> b "
              "-> a",
              "f:5:25: error: task 'd' needs itself",
            }));
}

TEST(checks_test, a_long_chain_is_no_circle) {
  std::string text = "tasks:\n  t0: {argv: [x]}\n";
  for (int i = 1; i < 3000; ++i)
    text += "  t" + std::to_string(i) + ": {argv: [x], needs: t"
            + std::to_string(i - 1) + "}\n";
  EXPECT_TRUE(load(text).value);
}

TEST(checks_test, paired_fan_outs_have_equal_elements) {
  EXPECT_EQ(load(R"(tasks:
  a: {argv: [x], foreach: [1, 2]}
  b: {argv: [x], foreach: [1, 2], needs: [{task: a, each: same}]}
  c: {argv: [x], foreach: [2, 1], needs: [{task: a, each: same}]}
  d: {argv: [x]}
  e: {argv: [x], foreach: [1, 2], needs: [{task: d, each: same}]}
)")
              .messages,
            (mistake_list{
              "f:4:50: error: 'each: same' in task 'c': the 'foreach' of task "
              "'a' has other elements",
              "f:6:50: error: 'each: same' in task 'e': task 'd' has no "
              "'foreach'",
            }));
}

TEST(checks_test, a_paused_queue_would_never_end) {
  EXPECT_EQ(load("queues: {q: {paused: true}}\ntasks: {t: {argv: [x], queue: "
                 "q}}")
              .messages,
            mistake_list{
              "f:2:31: error: task 't' is in queue 'q', which is paused: "
              "the run could not end"});
}

TEST(checks_test, dependencies_are_bounded) {
  auto result = load(R"(tasks:
  a: {argv: [x], foreach: {from: 1, to: 2000}}
  b: {argv: [x], foreach: {from: 1, to: 2000}, needs: a}
)");
  ASSERT_EQ(result.messages.size(), 1u);
  EXPECT_EQ(result.messages[0],
            "f:3:3: error: with task 'b' there are more than 2000000 "
            "dependencies; put a task between that gathers");
}

} // namespace troupe::cli
