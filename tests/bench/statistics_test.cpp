#include "bench/statistics.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <stdexcept>
#include <vector>

namespace troupe::bench {

namespace {

std::vector<double> one_to(size_t last) {
  std::vector<double> values(last);
  std::iota(values.rbegin(), values.rend(), 1);
  return values;
}

} // namespace

TEST(median_test, is_the_middle_of_an_odd_number) {
  EXPECT_EQ(median({5, 1, 3}), 3);
  EXPECT_EQ(median({7}), 7);
}

TEST(median_test, is_the_mean_of_the_middle_two) {
  EXPECT_EQ(median({4, 1, 3, 2}), 2.5);
}

TEST(median_test, ignores_one_outlier) {
  EXPECT_EQ(median({1000000, 2, 1}), 2);
}

TEST(median_test, refuses_nothing) {
  EXPECT_THROW(median({}), std::invalid_argument);
}

TEST(percentile_test, is_the_nearest_rank) {
  EXPECT_EQ(percentile(one_to(100), 50), 50);
  EXPECT_EQ(percentile(one_to(100), 99), 99);
  EXPECT_EQ(percentile(one_to(1000), 99), 990);
  EXPECT_EQ(percentile(one_to(10), 99), 10);
}

TEST(percentile_test, reaches_both_ends) {
  EXPECT_EQ(percentile(one_to(10), 100), 10);
  EXPECT_EQ(percentile(one_to(10), 0), 1);
  EXPECT_EQ(percentile({3}, 50), 3);
}

TEST(percentile_test, refuses_nothing) {
  EXPECT_THROW(percentile({}, 99), std::invalid_argument);
}

} // namespace troupe::bench
