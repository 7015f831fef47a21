// Queues that start nothing by themselves.

#include "tests/core/work_queue_fixture.hpp"

namespace troupe::core {

namespace {

class work_queue_release_test : public work_queue_fixture {};

} // namespace

TEST_F(work_queue_release_test, starts_what_is_released_if_not_by_itself) {
  configure({.auto_start = false});
  enqueue("x");
  enqueue("y");
  lend(0, 5);
  EXPECT_EQ(started(), lines{});
  EXPECT_EQ(queue->process(), 2u);
  lend(0, 5);
  EXPECT_EQ(started(), (lines{"x#1 on a", "y#1 on a"}));
  enqueue("z");
  EXPECT_EQ(started(), lines{});
  EXPECT_EQ(queue->process(), 1u);
  lend(0, 1);
  EXPECT_EQ(started(), lines{"z#1 on a"});
}

TEST_F(work_queue_release_test, releases_tasks_and_not_a_number_of_starts) {
  configure({.auto_start = false});
  enqueue("x");
  enqueue("y");
  EXPECT_EQ(queue->process(), 2u);
  queue->withdraw(id_of("x"));
  enqueue("urgent", {.priority = 100});
  lend(0, 5);
  EXPECT_EQ(started(), lines{"y#1 on a"});
  EXPECT_EQ(queue->info().ready, 1u);
}

TEST_F(work_queue_release_test,
       what_is_released_stays_so_when_it_parks_or_is_lost) {
  configure({.auto_start = false});
  enqueue("x");
  enqueue("y");
  queue->process();
  lend(0, 1);
  lend(1, 1);
  EXPECT_EQ(started(), (lines{"x#1 on a", "y#1 on b"}));
  queue->parked(key_of("x"));
  queue->unparked(key_of("x"));
  queue->agent_left(1, clock);
  lend(0, 1);
  lend(2, 1);
  EXPECT_EQ(started(), (lines{"x#1 goes on on a", "y#2 on c"}));
}

TEST_F(work_queue_release_test, what_is_held_can_be_withdrawn_and_moved) {
  configure({.auto_start = false});
  enqueue("x");
  enqueue("y");
  enqueue("z");
  queue->withdraw(id_of("x"));
  queue->set_priority(id_of("z"), 90);
  EXPECT_EQ(queue->process(), 2u);
  lend(0, 5);
  EXPECT_EQ(started(), (lines{"z#1 on a", "y#1 on a"}));
}

} // namespace troupe::core
