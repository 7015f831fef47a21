#include "core/task_state.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

namespace {

constexpr task_status nth(size_t i) {
  return static_cast<task_status>(i);
}

} // namespace

TEST(task_state_test, the_ends_lead_nowhere) {
  for (size_t from = 0; from < task_status_count; ++from) {
    auto leads_on = false;
    for (size_t to = 0; to < task_status_count; ++to)
      leads_on |= may_change(nth(from), nth(to));
    EXPECT_EQ(leads_on, !is_end(nth(from))) << to_string(nth(from));
  }
}

TEST(task_state_test, no_status_leads_to_itself) {
  for (size_t i = 0; i < task_status_count; ++i)
    EXPECT_FALSE(may_change(nth(i), nth(i)));
}

TEST(task_state_test, whatever_has_not_ended_can_fail_and_be_cancelled) {
  for (size_t i = 0; !is_end(nth(i)); ++i) {
    EXPECT_TRUE(may_change(nth(i), task_status::failed));
    EXPECT_TRUE(may_change(nth(i), task_status::cancelled));
  }
}

TEST(task_state_test, only_what_runs_completes) {
  for (size_t i = 0; i < task_status_count; ++i)
    EXPECT_EQ(may_change(nth(i), task_status::completed),
              nth(i) == task_status::running);
}

} // namespace troupe::core
