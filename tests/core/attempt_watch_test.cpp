#include "core/attempt_watch.hpp"

#include "tests/core/start.hpp"

#include <gtest/gtest.h>

#include <string>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

attempt_watch begun(duration limit, duration heartbeat) {
  attempt_watch x;
  x.begin({.attempt = limit, .heartbeat = heartbeat}, start);
  return x;
}

} // namespace

TEST(attempt_watch_test, lets_one_without_limits_alone) {
  auto x = begun(0s, 0s);
  EXPECT_EQ(x.next(start), never);
  EXPECT_EQ(x.over_at(), never);
  EXPECT_EQ(x.verdict(start + 1000h, start), error{});
}

TEST(attempt_watch_test, ends_one_that_takes_too_long) {
  auto x = begun(10s, 0s);
  EXPECT_EQ(x.next(start), start + 10s);
  EXPECT_EQ(x.over_at(), start + 10s);
  EXPECT_EQ(x.verdict(start + 10s - 1ns, start), error{});
  EXPECT_EQ(to_string(x.verdict(start + 10s, start + 10s)),
            "timeout: the attempt took longer than 10s");
}

TEST(attempt_watch_test, ends_one_that_falls_silent) {
  auto x = begun(0s, 3s);
  EXPECT_EQ(x.next(start), start + 3s);
  EXPECT_EQ(x.verdict(start + 3s, start + 1s), error{});
  EXPECT_EQ(x.next(start + 1s), start + 4s);
  EXPECT_EQ(to_string(x.verdict(start + 4s, start + 1s)),
            "timeout: the attempt gave no sign of life for 3s");
}

TEST(attempt_watch_test, looks_at_whatever_comes_first) {
  auto x = begun(10s, 3s);
  EXPECT_EQ(x.next(start), start + 3s);
  EXPECT_EQ(x.next(start + 8s), start + 10s);
}

TEST(attempt_watch_test, stops_its_clock_while_it_is_suspended) {
  auto x = begun(10s, 3s);
  x.suspend(start + 4s);
  x.suspend(start + 5s);
  EXPECT_EQ(x.next(start), never);
  EXPECT_EQ(x.over_at(), never);
  EXPECT_EQ(x.verdict(start + 1h, start), error{});
  x.resume(start + 1h);
  x.resume(start + 2h);
  EXPECT_EQ(x.over_at(), start + 1h + 6s);
  EXPECT_EQ(x.next(start + 1h), start + 1h + 3s);
  EXPECT_EQ(x.verdict(start + 1h + 6s, start + 1h + 5s).code, ec::timeout);
}

TEST(attempt_watch_test, gives_more_time_to_one_that_had_to_wait) {
  auto x = begun(10s, 0s);
  x.extend(5s);
  EXPECT_EQ(x.over_at(), start + 15s);
  auto free = begun(0s, 0s);
  free.extend(5s);
  EXPECT_EQ(free.over_at(), never);
}

TEST(attempt_watch_test, has_no_clock_to_start_again_without_a_limit) {
  auto x = begun(0s, 0s);
  x.suspend(start);
  x.resume(start + 1s);
  EXPECT_EQ(x.over_at(), never);
}

} // namespace troupe::core
