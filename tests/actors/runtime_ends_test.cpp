// Waiting for the ends of tasks. What becomes of it when the manager dies is in
// runtime_restarts_test.

#include "tests/actors/runtimes.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using core::ec;

class runtime_ends_test : public whole_runtime {};

} // namespace

TEST_F(runtime_ends_test, answers_in_the_order_of_the_question) {
  add(namer());
  auto first = submit(task("first"));
  auto second = submit(task("second"));
  auto records = troupe_.wait_all(std::vector{second, first, second});
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 3u);
  EXPECT_EQ(records->at(0).name(), "second");
  EXPECT_EQ(records->at(1).name(), "first");
  EXPECT_EQ(records->at(2).name(), "second");
}

TEST_F(runtime_ends_test, says_how_many_are_late) {
  add(namer());
  auto ended = submit(task("ended"));
  wait(ended);
  auto never = submit(task("nobody can do it", "fly"));
  auto why = failure_of(troupe_.wait_all(std::vector{ended, never}, 1ms));
  EXPECT_EQ(why.code, ec::timeout);
  EXPECT_EQ(why.message, "1 of 2 tasks have not ended");
}

TEST_F(runtime_ends_test, knows_of_what_it_never_heard_of) {
  auto why = failure_of(troupe_.wait(troupe_.new_id()));
  EXPECT_EQ(why.code, ec::unknown_task);
}

TEST_F(runtime_ends_test, waits_for_nothing_at_all) {
  auto records = troupe_.wait_all({});
  ASSERT_TRUE(records);
  EXPECT_TRUE(records->empty());
}

} // namespace troupe::test
