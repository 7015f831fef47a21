#include "cli/graph_dot.hpp"

#include "tests/cli/runs.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

using testing::fake_run;

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

} // namespace

TEST(graph_dot_test, draws_tasks_fan_outs_and_needs) {
  fake_run run{R"(tasks:
  a: {argv: [x]}
  b: {argv: [x], foreach: [p, 'q"\'], needs: [{task: a, on_failure: run}]}
)"};
  auto text = render_dot("my \"graph\"", run.groups(), run.tasks, {});
  EXPECT_TRUE(has(text, "digraph \"my \\\"graph\\\"\" {"));
  EXPECT_TRUE(has(text, "t0 [label=\"a\", fillcolor=\"#ffffff\""));
  EXPECT_TRUE(has(text, "subgraph cluster_1 {\n    label=\"b\";"));
  EXPECT_TRUE(has(text, "t2 [label=\"b/q\\\"\\\\\","));
  EXPECT_TRUE(has(text, "t0 -> t1 [style=dashed"));
  EXPECT_TRUE(has(text, "t0 -> t2 [style=dashed"));
}

TEST(graph_dot_test, colours_tell_how_tasks_ended) {
  fake_run run{"tasks: {a: {argv: [x]}, b: {argv: [x], needs: a}}"};
  run.complete("a", 0, 120);
  auto outcomes = make_outcomes(run.model, {});
  outcomes[1].status = "failed";
  outcomes[1].attempts = 2;
  auto text = render_dot("g", run.groups(), run.tasks, outcomes);
  EXPECT_TRUE(has(text, "t0 [label=\"a\\n0.12s\", fillcolor=\"#d7f0dd\""));
  EXPECT_TRUE(has(text, "t1 [label=\"b\\n0.00s, 2 attempts\", "
                        "fillcolor=\"#fbd9d7\""));
  EXPECT_TRUE(has(text, "t0 -> t1;"));
}

TEST(graph_dot_test, large_fan_outs_are_one_node) {
  fake_run run{R"(tasks:
  a: {argv: [x], foreach: {from: 1, to: 100}}
  b: {argv: [x], needs: a}
)"};
  auto outcomes = make_outcomes(run.model, {});
  for (auto& x : outcomes)
    x.status = "completed";
  outcomes[3].status = "failed";
  auto text = render_dot("g", run.groups(), run.tasks, outcomes);
  EXPECT_TRUE(has(text, "g0 [label=\"a\\n100 tasks\\n1 failed\\n99 "
                        "completed\", fillcolor=\"#fbd9d7\""));
  EXPECT_TRUE(has(text, "  g0 -> t100;\n}"));
}

} // namespace troupe::cli
