#include "core/time.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <limits>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

time_point at_nanosecond(int64_t nanoseconds) {
  return time_point{duration{nanoseconds}};
}

constexpr auto least = duration::min();
constexpr auto greatest = duration::max();

} // namespace

TEST(time_test, renders_time_points_in_iso_8601) {
  EXPECT_EQ(to_string(never), "-");
  EXPECT_EQ(to_string(at_nanosecond(1)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_string(at_nanosecond(1'769'860'800'250'000'000)),
            "2026-01-31T12:00:00.250Z");
  EXPECT_EQ(to_string(at_nanosecond(951'782'399'999'999'999)),
            "2000-02-28T23:59:59.999Z");
  EXPECT_EQ(to_string(at_nanosecond(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(to_string(time_point{greatest}), "2262-04-11T23:47:16.854Z");
  EXPECT_EQ(to_string(time_point{least}), "1677-09-21T00:12:43.145Z");
}

TEST(time_test, renders_durations_with_what_says_something) {
  EXPECT_EQ(to_string(duration{0}), "0s");
  EXPECT_EQ(to_string(duration{7}), "7ns");
  EXPECT_EQ(to_string(duration{1500}), "1.5us");
  EXPECT_EQ(to_string(duration{250ms}), "250ms");
  EXPECT_EQ(to_string(duration{12345us}), "12.3ms");
  EXPECT_EQ(to_string(duration{999'999'999}), "999ms");
  EXPECT_EQ(to_string(duration{1s}), "1s");
  EXPECT_EQ(to_string(duration{1500ms}), "1.5s");
  EXPECT_EQ(to_string(duration{59'999ms}), "59.9s");
  EXPECT_EQ(to_string(duration{60s}), "1m");
  EXPECT_EQ(to_string(duration{123s}), "2m03s");
  EXPECT_EQ(to_string(duration{65min}), "1h05m");
  EXPECT_EQ(to_string(duration{1h + 59s}), "1h");
  EXPECT_EQ(to_string(duration{49h}), "2d01h");
  EXPECT_EQ(to_string(duration{-1500ms}), "-1.5s");
  EXPECT_EQ(to_string(least), "-106751d23h");
}

TEST(time_test, reads_durations) {
  EXPECT_EQ(parse_duration("90"), 90s);
  EXPECT_EQ(parse_duration("0"), 0s);
  EXPECT_EQ(parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_duration(".5"), 500ms);
  EXPECT_EQ(parse_duration("250ms"), 250ms);
  EXPECT_EQ(parse_duration("10us"), 10us);
  EXPECT_EQ(parse_duration("10\u00b5s"), 10us);
  EXPECT_EQ(parse_duration("7ns"), 7ns);
  EXPECT_EQ(parse_duration("2m"), 2min);
  EXPECT_EQ(parse_duration("1h30m"), 90min);
  EXPECT_EQ(parse_duration("1d"), 24h);
  EXPECT_EQ(parse_duration("1d2h3m4.25s"), 26h + 3min + 4250ms);
  EXPECT_EQ(parse_duration("0.1s"), 100ms);
  EXPECT_EQ(parse_duration("9223372036854775807ns"), greatest);
}

TEST(time_test, refuses_what_is_no_duration) {
  for (auto text :
       {"", " ", "-1", "-1s", "s", ".", "1.2.3", "1 s", "1x", "inf", "nan",
        "1e3", "1h30", "1s1s", "1m1h", "1s2m", "+1", "0x10", "1,5s"}) {
    auto parsed = parse_duration(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ec::invalid_argument);
    auto start = fmt::format("'{}' is not a duration: ", text);
    EXPECT_TRUE(parsed.error().message.starts_with(start))
      << parsed.error().message;
  }
}

TEST(time_test, the_earliest_is_the_only_one_if_the_other_never_comes) {
  auto early = at_nanosecond(1);
  auto late = at_nanosecond(2);
  EXPECT_EQ(earliest(early, late), early);
  EXPECT_EQ(earliest(late, early), early);
  EXPECT_EQ(earliest(never, late), late);
  EXPECT_EQ(earliest(late, never), late);
  EXPECT_EQ(earliest(never, never), never);
}

TEST(time_test, refuses_durations_that_overflow) {
  for (auto text :
       {"9223372036854775808ns", "106752d", "9223372037s", "9223372036.9",
        "99999999999999999999999999d", "106751d23h47m17s"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(time_test, reads_back_what_it_renders_but_for_what_was_cut_off) {
  EXPECT_TRUE(rc::check([] {
    auto digits = *rc::gen::inRange(0, 62);
    duration x{*rc::gen::inRange<int64_t>(0, int64_t{1} << digits)};
    auto parsed = parse_duration(to_string(x));
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(*parsed <= x);
    // Of a value in seconds one decimal is kept, of a longer one two units.
    RC_ASSERT((x - *parsed).count() <= x.count() / 10);
  }));
}

} // namespace troupe::core
