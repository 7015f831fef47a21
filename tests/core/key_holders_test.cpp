#include "core/key_holders.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

TEST(key_holders_test, knows_the_oldest_of_a_key) {
  key_holders holders;
  holders.add("k", 3, 30);
  holders.add("k", 1, 10);
  holders.add("l", 2, 20);
  EXPECT_EQ(holders.count("k"), 2u);
  EXPECT_EQ(holders.oldest("k"), 10u);
  holders.erase("k", 1);
  EXPECT_EQ(holders.oldest("k"), 30u);
  EXPECT_EQ(holders.count("l"), 1u);
}

TEST(key_holders_test, forgets_a_key_that_nobody_holds) {
  key_holders holders;
  holders.add("k", 1, 10);
  holders.erase("k", 1);
  holders.erase("k", 1);
  EXPECT_EQ(holders.count("k"), 0u);
  EXPECT_EQ(holders.size(), 0u);
}

} // namespace troupe::core
