#include "cli/conditions.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

TEST(conditions_test, tells_those_that_can_be_read_from_others) {
  EXPECT_EQ(find_condition_problem("${a.result.count} > 3"), std::nullopt);
  EXPECT_EQ(find_condition_problem("true"), std::nullopt);
  EXPECT_NE(find_condition_problem(""), std::nullopt);
  EXPECT_NE(find_condition_problem("1 <"), std::nullopt);
  EXPECT_NE(find_condition_problem("a = 1"), std::nullopt);
}

} // namespace troupe::cli
