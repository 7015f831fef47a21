#include "cli/trace.hpp"

#include "tests/cli/runs.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

using core::event_kind;
using core::json;
using testing::fake_run;

std::vector<json> of_phase(const json& trace, const char* phase) {
  std::vector<json> result;
  for (auto& x : trace["traceEvents"])
    if (x["ph"] == phase)
      result.push_back(x);
  return result;
}

json trace_of(const fake_run& run) {
  return make_trace(run.model, run.tasks, fake_run::origin, fake_run::at(1000));
}

} // namespace

TEST(trace_test, has_a_bar_per_attempt_and_a_row_per_slot) {
  fake_run run{"tasks: {a: {argv: [x]}, b: {argv: [x]}, c: {argv: [x]}}"};
  run.complete("a", 0, 100, "one");
  run.complete("b", 50, 150, "one");
  run.complete("c", 100, 200, "one");
  auto trace = trace_of(run);
  auto bars = of_phase(trace, "X");
  ASSERT_EQ(bars.size(), 3u);
  EXPECT_EQ(bars[0]["name"], "a");
  EXPECT_EQ(bars[0]["ts"], 0.0);
  EXPECT_EQ(bars[0]["dur"], 100'000.0);
  EXPECT_EQ(bars[0]["tid"], 1);
  EXPECT_EQ(bars[1]["tid"], 2);
  EXPECT_EQ(bars[2]["tid"], 1) << "the first slot is free again";
  EXPECT_EQ(bars[2]["args"]["outcome"], "task_completed");
  auto names = of_phase(trace, "M");
  ASSERT_EQ(names.size(), 3u);
  EXPECT_EQ(names[0]["args"]["name"], "agent one");
}

TEST(trace_test, arrows_lead_from_what_is_needed) {
  fake_run run{"tasks: {a: {argv: [x]}, b: {argv: [x], needs: a}, c: {argv: "
               "[x], needs: b}}"};
  run.complete("a", 0, 100, "one");
  run.tell(event_kind::task_started, "b", 110, "two");
  run.tell(event_kind::task_retrying, "b", 120, "", "oh");
  run.tell(event_kind::task_started, "b", 130, "two", "", 2);
  auto trace = trace_of(run);
  auto starts = of_phase(trace, "s");
  auto ends = of_phase(trace, "f");
  ASSERT_EQ(starts.size(), 1u);
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(starts[0]["id"], ends[0]["id"]);
  EXPECT_EQ(starts[0]["ts"], 99'999.0) << "within the bar it leaves";
  EXPECT_EQ(ends[0]["ts"], 110'000.0) << "the first attempt";
  EXPECT_NE(starts[0]["pid"], ends[0]["pid"]);
  auto bars = of_phase(trace, "X");
  EXPECT_EQ(bars[1]["args"]["error"], "oh");
  EXPECT_EQ(bars[2]["args"]["outcome"], "running");
  EXPECT_EQ(bars[2]["dur"], 870'000.0);
}

} // namespace troupe::cli
