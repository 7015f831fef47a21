#include "core/submission_keys.hpp"

#include "tests/support/enum_names.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

TEST(submission_keys_test, names_kinds_of_uniqueness) {
  support::expect_names_of_their_own(uniqueness_last);
  support::expect_parses_what_it_writes(uniqueness_last, parse_uniqueness);
  EXPECT_EQ(to_string(uniqueness::time), "time");
}

} // namespace troupe::core
