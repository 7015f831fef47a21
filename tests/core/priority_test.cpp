#include "core/priority.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

TEST(priority_test, levels_stand_for_quarters) {
  EXPECT_EQ(low.value(), 25);
  EXPECT_EQ(normal.value(), 50);
  EXPECT_EQ(high.value(), 75);
  EXPECT_EQ(critical.value(), 100);
  EXPECT_EQ(task_priority{}, normal);
  EXPECT_LT(low, high);
}

TEST(priority_test, knows_its_range) {
  EXPECT_TRUE(task_priority{0}.is_valid());
  EXPECT_TRUE(task_priority{100}.is_valid());
  EXPECT_FALSE(task_priority{-1}.is_valid());
  EXPECT_FALSE(task_priority{101}.is_valid());
}

TEST(priority_test, reads_what_it_renders) {
  EXPECT_EQ(to_string(critical), "critical");
  EXPECT_EQ(to_string(task_priority{51}), "51");
  for (int value = 0; value <= 100; ++value)
    EXPECT_EQ(parse_priority(to_string(task_priority{value})),
              task_priority{value});
  EXPECT_EQ(parse_priority("50"), normal);
}

TEST(priority_test, refuses_other_texts) {
  for (auto text : {"", "-1", "101", "5.0", "5 ", "High", "99999999999"})
    EXPECT_FALSE(parse_priority(text)) << text;
  EXPECT_EQ(parse_priority("hihg").error().message,
            "'hihg' is not a priority (did you mean 'high'?); it is one of "
            "low, normal, high, critical, or a number from 0 to 100");
}

} // namespace troupe::core
