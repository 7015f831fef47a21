#include "core/fair_turns.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

TEST(fair_turns_test, an_owner_gets_one_turn_after_the_other) {
  fair_turns turns;
  EXPECT_EQ(turns.enter(0, 1), 0u);
  EXPECT_EQ(turns.enter(0, 1), 1u);
  EXPECT_EQ(turns.enter(0, 1), 2u);
}

TEST(fair_turns_test, another_starts_at_the_present_turn) {
  fair_turns turns;
  for (int i = 0; i < 10; ++i)
    turns.enter(0, 1);
  EXPECT_EQ(turns.enter(0, 2), 0u);
  turns.serve(0, 1, 0);
  turns.serve(0, 1, 1);
  turns.serve(0, 1, 2);
  EXPECT_EQ(turns.enter(0, 3), 2u);
  EXPECT_EQ(turns.enter(0, 2), 2u);
}

TEST(fair_turns_test, who_was_just_served_is_next_but_one) {
  fair_turns turns;
  turns.enter(0, 1);
  turns.enter(0, 2);
  turns.serve(0, 1, 0);
  EXPECT_EQ(turns.enter(0, 1), 1u);
  EXPECT_EQ(turns.enter(0, 3), 0u);
}

TEST(fair_turns_test, tasks_that_leave_cost_no_turns) {
  fair_turns turns;
  turns.enter(0, 2);
  for (int i = 0; i < 100; ++i)
    turns.enter(0, 1);
  for (int i = 0; i < 100; ++i)
    turns.leave(0, 1);
  EXPECT_LE(turns.enter(0, 1), 1u);
}

TEST(fair_turns_test, bands_know_nothing_of_each_other) {
  fair_turns turns;
  turns.enter(7, 1);
  turns.enter(7, 1);
  EXPECT_EQ(turns.enter(-7, 1), 0u);
}

TEST(fair_turns_test, an_empty_band_starts_anew) {
  fair_turns turns;
  turns.enter(0, 1);
  turns.enter(0, 1);
  turns.serve(0, 1, 0);
  turns.serve(0, 1, 1);
  EXPECT_EQ(turns.owners(), 0u);
  EXPECT_EQ(turns.enter(0, 1), 0u);
}

TEST(fair_turns_test, forgets_owners_without_tasks) {
  fair_turns turns;
  turns.enter(0, 0);
  uint64_t served = 0;
  for (uint32_t owner = 1; owner < 100'000; ++owner) {
    // Each gets a turn of its own, so that the band moves on.
    turns.enter(0, owner);
    turns.serve(0, owner, ++served);
  }
  EXPECT_LE(turns.owners(), 40u);
}

} // namespace troupe::core
