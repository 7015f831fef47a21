#include "core/restart_window.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

constexpr time_point now{1'700'000'000s};

} // namespace

TEST(restart_window_test, allows_its_intensity_within_its_period) {
  restart_window window{{2, 5s}};
  EXPECT_TRUE(window.allows(now));
  EXPECT_TRUE(window.allows(now + 1s));
  EXPECT_FALSE(window.allows(now + 5s));
}

TEST(restart_window_test, forgets_what_is_older_than_its_period) {
  restart_window window{{2, 5s}};
  EXPECT_TRUE(window.allows(now));
  EXPECT_TRUE(window.allows(now + 1s));
  EXPECT_TRUE(window.allows(now + 5001ms));
}

TEST(restart_window_test, an_intensity_of_zero_allows_nothing) {
  EXPECT_FALSE(restart_window({0, 5s}).allows(now));
}

} // namespace troupe::core
