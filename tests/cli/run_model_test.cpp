#include "cli/run_model.hpp"

#include "tests/cli/runs.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

using core::event_kind;
using testing::fake_run;

constexpr auto two = "tasks: {a: {argv: [x]}, b: {argv: [x], needs: a}}";

} // namespace

TEST(run_model_test, follows_a_task_to_its_end) {
  fake_run run{two};
  EXPECT_EQ(run.model.counts().waiting, 2u);
  run.tell(event_kind::task_ready, "a", 1);
  EXPECT_EQ(run.model.ready_in("default"), 1u);
  run.tell(event_kind::task_started, "a", 2, "local");
  EXPECT_EQ(run.model.ready_in("default"), 0u);
  EXPECT_EQ(run.model.running(), std::vector<size_t>{0});
  EXPECT_EQ(run.model.counts().running, 1u);
  run.tell(event_kind::task_completed, "a", 9);
  EXPECT_TRUE(run.model.running().empty());
  EXPECT_EQ(run.model.counts().completed, 1u);
  EXPECT_EQ(run.model.counts().ended(), 1u);
  auto& span = run.view("a").attempts.at(0);
  EXPECT_EQ(span.agent, "local");
  EXPECT_EQ(span.started, fake_run::at(2));
  EXPECT_EQ(span.ended, fake_run::at(9));
}

TEST(run_model_test, tells_skipped_from_cancelled) {
  fake_run run{two};
  run.tell(event_kind::task_cancelled, "a", 1, "", "skipped: it is false");
  run.tell(event_kind::task_cancelled, "b", 1, "", "cancelled: by somebody");
  EXPECT_EQ(outcome_of(run.view("a")), "skipped");
  EXPECT_EQ(outcome_of(run.view("b")), "cancelled");
  EXPECT_EQ(run.model.counts().skipped, 1u);
  EXPECT_EQ(run.model.counts().cancelled, 1u);
}

TEST(run_model_test, attempts_follow_each_other) {
  fake_run run{two};
  run.tell(event_kind::task_started, "a", 1, "x");
  run.tell(event_kind::task_retrying, "a", 2, "", "oh");
  EXPECT_EQ(run.model.retrying(), 1u);
  EXPECT_EQ(run.model.counts().waiting, 2u);
  run.tell(event_kind::task_started, "a", 3, "y", "", 2);
  EXPECT_EQ(run.model.retrying(), 0u);
  run.tell(event_kind::task_failed, "a", 4, "", "handler_failed: oh", 2);
  EXPECT_EQ(run.view("a").attempts.size(), 2u);
  EXPECT_EQ(run.view("a").attempts[0].error, "oh");
  EXPECT_EQ(run.view("a").error, "handler_failed: oh");
  EXPECT_EQ(run.model.counts().failed, 1u);
}

TEST(run_model_test, knows_progress_and_ignores_strangers) {
  fake_run run{two};
  run.tell(event_kind::task_started, "a", 1);
  core::event x;
  x.kind = event_kind::task_progress;
  x.task = run.id_of("a");
  x.progress = 40;
  x.text = "half";
  run.model.apply(x);
  EXPECT_EQ(run.view("a").progress, 40);
  EXPECT_EQ(run.view("a").note, "half");
  x.task = {7, 7};
  x.kind = event_kind::task_failed;
  run.model.apply(x);
  EXPECT_EQ(run.model.counts().failed, 0u);
}

TEST(run_model_test, records_stand_in_for_missed_events) {
  fake_run run{two};
  core::task_record record;
  auto spec = std::make_shared<core::task_spec>(run.tasks.tasks[0].spec);
  record.spec = spec;
  record.status = core::task_status::failed;
  record.attempt = 1;
  record.agent = "local";
  record.started = fake_run::at(1);
  record.finished = fake_run::at(5);
  record.failure = core::error{core::ec::handler_failed, "oh"};
  run.model.apply(record);
  run.model.apply(record);
  EXPECT_EQ(run.model.counts().failed, 1u);
  EXPECT_EQ(run.view("a").attempts.at(0).ended, fake_run::at(5));
  EXPECT_EQ(run.view("a").error, "handler_failed: oh");
}

} // namespace troupe::cli
