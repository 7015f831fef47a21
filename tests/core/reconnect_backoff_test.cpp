#include "core/reconnect_backoff.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

/// So close to 1 that the full delay is seen.
constexpr auto most = 0.9999999;

duration rounded(duration x) {
  return std::chrono::round<std::chrono::milliseconds>(x);
}

} // namespace

TEST(reconnect_backoff_test, doubles_up_to_ten_seconds) {
  reconnect_backoff backoff;
  time_point now{1h};
  EXPECT_EQ(rounded(backoff.failed(now, most)), 100ms);
  EXPECT_EQ(rounded(backoff.failed(now, most)), 200ms);
  EXPECT_EQ(rounded(backoff.failed(now, most)), 400ms);
  for (auto i = 0; i < 5'000; ++i)
    backoff.failed(now, most);
  EXPECT_EQ(rounded(backoff.failed(now, most)), 10s);
}

TEST(reconnect_backoff_test, who_is_expected_waits_no_longer_than_a_second) {
  reconnect_backoff backoff;
  time_point now{1h};
  EXPECT_EQ(rounded(backoff.failed(now, most, true)), 100ms);
  for (auto i = 0; i < 20; ++i)
    backoff.failed(now, most, true);
  EXPECT_EQ(rounded(backoff.failed(now, most, true)), 1s);
  EXPECT_EQ(rounded(backoff.failed(now, most, false)), 10s);
}

TEST(reconnect_backoff_test, chance_takes_any_share) {
  reconnect_backoff backoff;
  EXPECT_EQ(backoff.failed(time_point{1h}, 0), 0ms);
  EXPECT_EQ(backoff.failed(time_point{1h}, 0.5), 100ms);
}

TEST(reconnect_backoff_test, a_connection_that_lasts_ends_the_row) {
  reconnect_backoff backoff{100ms, 10s};
  time_point now{1h};
  for (auto i = 0; i < 4; ++i)
    backoff.failed(now, most);
  backoff.connected(now);
  EXPECT_EQ(rounded(backoff.failed(now + 9s, most)), 1600ms);
  backoff.connected(now + 10s);
  EXPECT_EQ(rounded(backoff.failed(now + 20s, most)), 100ms);
  EXPECT_EQ(backoff.failures(), 1u);
}

TEST(reconnect_backoff_test, the_time_without_a_connection_does_not_count) {
  reconnect_backoff backoff;
  time_point now{1h};
  backoff.failed(now, most);
  EXPECT_EQ(rounded(backoff.failed(now + 1h, most)), 200ms);
}

} // namespace troupe::core
