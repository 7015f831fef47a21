#include "core/error_codes.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace troupe::test {

namespace {

using core::ec;
using core::error_codes;

std::vector<ec> listed(error_codes x) {
  return {x.begin(), x.end()};
}

} // namespace

TEST(error_codes_test, has_what_was_put_in) {
  error_codes codes;
  EXPECT_TRUE(codes.empty());
  codes.insert(ec::timeout);
  EXPECT_FALSE(codes.empty());
  EXPECT_TRUE(codes.contains(ec::timeout));
  EXPECT_FALSE(codes.contains(ec::none));
  EXPECT_FALSE(codes.contains(core::ec_last));
}

TEST(error_codes_test, lists_each_once_in_the_order_of_their_declaration) {
  EXPECT_EQ(listed({}), std::vector<ec>{});
  EXPECT_EQ(listed({core::ec_last, ec::timeout, ec::none, ec::timeout}),
            (std::vector{ec::none, ec::timeout, core::ec_last}));
}

TEST(error_codes_test, is_equal_whatever_came_first) {
  EXPECT_EQ((error_codes{ec::timeout, ec::cycle}),
            (error_codes{ec::cycle, ec::timeout}));
  EXPECT_NE(error_codes{ec::timeout}, error_codes{});
}

} // namespace troupe::test
