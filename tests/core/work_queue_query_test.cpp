#include "tests/core/work_queue_fixture.hpp"

namespace troupe::core {

namespace {

class work_queue_query_test : public work_queue_fixture {};

} // namespace

TEST_F(work_queue_query_test, explains_why_a_task_waits) {
  configure({.max_concurrent = 1});
  enqueue("x");
  enqueue("y", {.capabilities = {"print"},
                .agent = "b",
                .wish = agent_wish::require});
  EXPECT_EQ(explained("nobody"), "unknown");
  EXPECT_EQ(explained("y"), "a slot for [print] on agent b");
  lend(0, 1);
  plan();
  EXPECT_EQ(explained("x"), "is being started");
  EXPECT_EQ(explained("y"),
            "queue 'line' runs 1 tasks, as many as it may (1 waiting)");
  queue->parked(key_of("x"));
  EXPECT_EQ(explained("x"), "runs, and waits for its child tasks");
  queue->unparked(key_of("x"));
  EXPECT_EQ(explained("x"), "a slot for [scan] on agent a");
  queue->pause();
  EXPECT_EQ(explained("y"), "queue 'line' is paused");
}

TEST_F(work_queue_query_test, explains_that_it_has_to_be_released) {
  configure({.auto_start = false});
  enqueue("x");
  EXPECT_EQ(explained("x"),
            "queue 'line' starts nothing by itself; call process_queue()");
  queue->process();
  EXPECT_EQ(explained("x"), "a slot for [scan]");
}

TEST_F(work_queue_query_test, counts_what_it_has) {
  for (auto* name : {"x", "y", "z"})
    enqueue(name);
  lend(0, 2);
  plan();
  end("x");
  auto info = queue->info();
  EXPECT_EQ(info.spec.name, "line");
  EXPECT_EQ(info.ready, 1u);
  EXPECT_EQ(info.running, 1u);
  EXPECT_EQ(info.ended, 1u);
  EXPECT_EQ(info.leased, 2u);
}

} // namespace troupe::core
