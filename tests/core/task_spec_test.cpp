#include "core/task_spec.hpp"

#include "tests/support/enum_names.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

TEST(task_spec_test, names_what_follows_a_failure) {
  support::expect_names_of_their_own(on_failure_last);
  support::expect_parses_what_it_writes(on_failure_last, parse_on_failure);
  EXPECT_EQ(to_string(on_failure::skip), "skip");
}

TEST(task_spec_test, names_wishes) {
  support::expect_names_of_their_own(agent_wish_last);
  support::expect_parses_what_it_writes(agent_wish_last, parse_agent_wish);
  EXPECT_EQ(to_string(agent_wish::require), "require");
}

} // namespace troupe::core
