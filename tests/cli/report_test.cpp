#include "cli/report.hpp"

#include "tests/cli/runs.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

using testing::fake_run;

TEST(report_test, tells_of_the_run_and_each_task) {
  fake_run run{"tasks: {a: {argv: [x]}, b: {argv: [x], needs: a}}"};
  run.complete("a", 0, 100);
  core::task_record record;
  record.spec = std::make_shared<core::task_spec>(run.tasks.tasks[0].spec);
  record.status = core::task_status::completed;
  record.attempt = 1;
  record.result = core::payload(core::json{{"exit_code", 0}});
  run_outcome outcome;
  outcome.name = "licenses";
  outcome.started = fake_run::at(0);
  outcome.finished = fake_run::at(1500);
  outcome.records = {record, std::nullopt};
  outcome.tasks = make_outcomes(run.model, outcome.records);
  outcome.end = run_end::interrupted;
  auto report = make_report(outcome, run.tasks);
  EXPECT_EQ(report["pipeline"], "licenses");
  EXPECT_EQ(report["outcome"], "interrupted");
  EXPECT_EQ(report["seconds"], 1.5);
  EXPECT_EQ(report["counts"],
            (core::json{{"completed", 1}, {"pending", 1}, {"total", 2}}));
  auto& a = report["tasks"][0];
  EXPECT_EQ(a["name"], "a");
  EXPECT_EQ(a["result"]["exit_code"], 0);
  EXPECT_EQ(a["outcome"], "completed");
  auto& b = report["tasks"][1];
  EXPECT_EQ(b["name"], "b");
  EXPECT_EQ(b["outcome"], "pending");
  EXPECT_EQ(b["needs"], core::json{"a"});
  outcome.end = run_end::finished;
  EXPECT_EQ(make_report(outcome, run.tasks)["outcome"], "failed");
  outcome.tasks[1].status = "skipped";
  EXPECT_EQ(make_report(outcome, run.tasks)["outcome"], "completed");
}

} // namespace troupe::cli
