#include "core/schedule_spec.hpp"

#include "tests/support/enum_names.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

TEST(schedule_spec_test, names_its_policies) {
  support::expect_names_of_their_own(overlap_policy_last);
  support::expect_parses_what_it_writes(overlap_policy_last,
                                        parse_overlap_policy);
  support::expect_names_of_their_own(catch_up_policy_last);
  support::expect_parses_what_it_writes(catch_up_policy_last,
                                        parse_catch_up_policy);
  EXPECT_EQ(to_string(overlap_policy::cancel_previous), "cancel_previous");
  EXPECT_EQ(to_string(catch_up_policy::all), "all");
}

TEST(schedule_spec_test, says_what_is_no_policy) {
  auto read = parse_overlap_policy("skipp");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message,
            "'skipp' is not an overlap policy (did you mean 'skip'?); it is "
            "one of skip, queue, cancel_previous");
}

} // namespace troupe::core
