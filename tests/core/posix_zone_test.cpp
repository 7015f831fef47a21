#include "core/posix_zone.hpp"

#include "tests/support/times.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;
using support::text_of;
using support::utc;

namespace {

posix_zone posix_zone_of(const std::string& text) {
  auto read = parse_posix_zone(text);
  if (!read)
    throw std::invalid_argument{read.error().message};
  return *read;
}

/// The offset, and until when it holds.
std::string posix_period(const std::string& text, const std::string& at) {
  auto x = posix_zone_of(text).period_at(utc(at));
  EXPECT_LE(x.begin, utc(at));
  EXPECT_GT(x.end, utc(at));
  return std::to_string(x.offset / 1min) + " until " + text_of(x.end);
}

constexpr auto berlin_rules = "CET-1CEST,M3.5.0,M10.5.0/3";

} // namespace

TEST(posix_zone_test, reads_a_zone_without_summer_time) {
  EXPECT_EQ(posix_zone_of("UTC0").period_at(utc("2026-07-01 00:00")),
            zone_period{});
  EXPECT_EQ(posix_zone_of("JST-9").period_at(utc("2026-07-01 00:00")).offset,
            9h);
  EXPECT_EQ(posix_zone_of("<-03>3").period_at(utc("2026-07-01 00:00")).offset,
            -3h);
  EXPECT_EQ(
    posix_zone_of("<+0545>-5:45").period_at(utc("2026-07-01 00:00")).offset,
    5h + 45min);
  EXPECT_EQ(
    posix_zone_of("ABC+1:02:03").period_at(utc("2026-07-01 00:00")).offset,
    -(1h + 2min + 3s));
}

TEST(posix_zone_test, changes_on_weekdays_of_months) {
  EXPECT_EQ(posix_period(berlin_rules, "2026-01-01 00:00"),
            "60 until 2026-03-29 01:00");
  EXPECT_EQ(posix_period(berlin_rules, "2026-03-29 00:59:59"),
            "60 until 2026-03-29 01:00");
  EXPECT_EQ(posix_period(berlin_rules, "2026-03-29 01:00"),
            "120 until 2026-10-25 01:00");
  EXPECT_EQ(posix_period(berlin_rules, "2026-10-25 01:00"),
            "60 until 2027-03-28 01:00");
  EXPECT_EQ(posix_period(berlin_rules, "2090-07-01 00:00"),
            "120 until 2090-10-29 01:00");
  EXPECT_EQ(posix_period("EST5EDT,M3.2.0,M11.1.0", "2026-03-08 07:00"),
            "-240 until 2026-11-01 06:00");
  EXPECT_EQ(posix_period("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
                         "2026-06-01 00:00"),
            "630 until 2026-10-03 15:30");
  // The southern summer, which spans the turn of the year.
  EXPECT_EQ(posix_period("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
                         "2026-12-31 23:00"),
            "660 until 2027-04-03 15:00");
}

TEST(posix_zone_test, changes_at_times_beyond_a_day) {
  // Greenland changes on Saturday, Gaza two days after a Thursday.
  EXPECT_EQ(posix_period("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29 00:59"),
            "-120 until 2026-03-29 01:00");
  EXPECT_EQ(posix_period("EET-2EEST,M3.4.4/50,M10.4.4/50", "2026-01-01 00:00"),
            "120 until 2026-03-28 00:00");
}

TEST(posix_zone_test, changes_on_numbered_days) {
  // J60 is 1 March every year; 60 counts 29 February.
  EXPECT_EQ(posix_period("AAA0BBB,J60,J300", "2024-01-01 00:00"),
            "0 until 2024-03-01 02:00");
  EXPECT_EQ(posix_period("AAA0BBB,J60,J300", "2025-01-01 00:00"),
            "0 until 2025-03-01 02:00");
  EXPECT_EQ(posix_period("AAA0BBB,60,300", "2024-01-01 00:00"),
            "0 until 2024-03-01 02:00");
  EXPECT_EQ(posix_period("AAA0BBB,60,300", "2025-01-01 00:00"),
            "0 until 2025-03-02 02:00");
}

TEST(posix_zone_test, has_summer_all_the_year_if_it_ends_when_it_begins) {
  auto x = posix_zone_of("XXX3EDT4,0/0,J365/23");
  for (auto at : {"2026-01-01 03:59", "2026-01-01 04:00", "2026-07-01 00:00",
                  "2026-12-31 23:59"})
    EXPECT_EQ(x.period_at(utc(at)).offset, -4h) << at;
}

TEST(posix_zone_test, says_what_is_wrong_and_where) {
  for (auto& [text, problem] : std::vector<std::pair<std::string, std::string>>{
         {"", "a name of three letters or more was expected at ''"},
         {"AB1", "a name of three letters or more was expected at '1'"},
         {"<AB", "a name in <> has no end at 'AB'"},
         {"ABC", "a number from 0 to 24 was expected at ''"},
         {"ABC25", "a number from 0 to 24 was expected at '25'"},
         {"ABC24", "an offset is as long as a day at ''"},
         {"ABC1:60", "a number from 0 to 59 was expected at '60'"},
         {"ABC1DEF2", "',' was expected at ''"},
         {"ABC1DEF,M3.5.0", "',' was expected at ''"},
         {"ABC1DEF,M13.5.0,0", "a number from 1 to 12 was expected at "
                               "'13.5.0,0'"},
         {"ABC1DEF,J0,0", "a number from 1 to 365 was expected at '0,0'"},
         {"ABC1DEF,0,366", "a number from 0 to 365 was expected at '366'"},
         {"ABC1DEF,0/168,0", "a number from 0 to 167 was expected at '168,0'"},
         {"ABC1DEF,0,0,", "an end was expected at ','"},
       }) {
    auto read = parse_posix_zone(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ec::invalid_argument);
    EXPECT_EQ(read.error().message,
              "'" + text + "' has no rules of a time zone: " + problem);
  }
}

} // namespace troupe::core
