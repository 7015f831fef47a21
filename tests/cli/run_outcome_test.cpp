#include "cli/run_outcome.hpp"

#include "tests/cli/runs.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

using core::event_kind;
using testing::fake_run;

TEST(run_outcome_test, comes_from_events_and_records) {
  fake_run run{"tasks: {a: {argv: [x]}, b: {argv: [x]}, c: {argv: [x]}}"};
  run.complete("a", 0, 120);
  run.tell(event_kind::task_started, "b", 10, "local");
  run.tell(event_kind::task_failed, "b", 20, "", "handler_failed: oh");
  core::task_record record;
  record.spec = std::make_shared<core::task_spec>(run.tasks.tasks[1].spec);
  record.status = core::task_status::failed;
  record.attempt = 3;
  record.agent = "other";
  record.started = fake_run::at(5);
  record.finished = fake_run::at(20);
  record.failure = core::error{core::ec::handler_failed, "oh"};
  auto outcomes = make_outcomes(run.model, {std::nullopt, record});
  ASSERT_EQ(outcomes.size(), 3u);
  EXPECT_EQ(outcomes[0].status, "completed");
  EXPECT_EQ(outcomes[0].time, std::chrono::milliseconds{120});
  EXPECT_EQ(outcomes[0].attempts, 1u);
  EXPECT_EQ(outcomes[1].error, "oh");
  EXPECT_EQ(outcomes[1].attempts, 3u);
  EXPECT_EQ(outcomes[1].time, std::chrono::milliseconds{15});
  EXPECT_EQ(outcomes[2].status, "pending");
}

TEST(run_outcome_test, has_failed_unless_all_completed_or_were_skipped) {
  run_outcome run;
  run.tasks.resize(2);
  run.tasks[0].status = "completed";
  run.tasks[1].status = "skipped";
  EXPECT_FALSE(run.has_failed());
  run.tasks[1].status = "cancelled";
  EXPECT_TRUE(run.has_failed());
}

TEST(run_outcome_test, times_are_short) {
  using namespace std::chrono_literals;
  EXPECT_EQ(format_time(0ms), "0.00s");
  EXPECT_EQ(format_time(-1s), "0.00s");
  EXPECT_EQ(format_time(120ms), "0.12s");
  EXPECT_EQ(format_time(9996ms), "10.0s");
  EXPECT_EQ(format_time(59960ms), "1m00s");
  EXPECT_EQ(format_time(123s), "2m03s");
  EXPECT_EQ(format_time(3900s), "1h05m");
}

} // namespace troupe::cli
