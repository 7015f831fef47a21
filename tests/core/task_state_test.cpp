#include "core/task_state.hpp"

#include "tests/support/enum_names.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

namespace {

constexpr task_status nth(size_t i) {
  return static_cast<task_status>(i);
}

} // namespace

TEST(task_state_test, names_every_status_and_reason) {
  support::expect_names_of_their_own(task_status_last);
  support::expect_names_of_their_own(pending_reason_last);
  support::expect_parses_what_it_writes(task_status_last, parse_task_status);
  EXPECT_EQ(to_string(task_status::input_required), "input_required");
  EXPECT_EQ(to_string(pending_reason::backoff), "backoff");
}

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
