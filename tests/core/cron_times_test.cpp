#include "core/cron_times.hpp"

#include "tests/support/zones.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;
using support::at;
using support::text_of;
using support::utc;
using support::zone_of_2026;

namespace {

cron_expression zoned_cron(const std::string& text) {
  auto read = parse_cron(text);
  if (!read)
    throw std::invalid_argument{read.error().message};
  return *read;
}

struct span_of_times {
  const char* text;
  const char* zone;
  /// Both in UTC; the first is left out.
  const char* after;
  const char* until;
  /// As clocks of the zone show them.
  const char* times;
};

std::string times_of(const span_of_times& x) {
  auto expression = zoned_cron(x.text);
  auto zone = zone_of_2026(x.zone);
  std::string result;
  auto time = next_time(expression, *zone, at(x.after));
  for (; time <= at(x.until); time = next_time(expression, *zone, time)) {
    auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    auto shown = text_of(to_local(seconds, zone->period_at(seconds)));
    result += (result.empty() ? "" : " ") + shown.substr(8, 2) + 'T'
              + shown.substr(11);
  }
  return result;
}

} // namespace

TEST(cron_times_test, runs_what_is_skipped_when_clocks_are_put_forward) {
  for (auto& x : std::vector<span_of_times>{
         {"30 2 * * *", "Europe/Berlin", "2026-03-27 12:00", "2026-03-31 00:00",
          "28T02:30 29T03:00 30T02:30"},
         {"0 2 * * *", "Europe/Berlin", "2026-03-27 12:00", "2026-03-30 12:00",
          "28T02:00 29T03:00 30T02:00"},
         {"0 3 * * *", "Europe/Berlin", "2026-03-27 12:00", "2026-03-31 00:00",
          "28T03:00 29T03:00 30T03:00"},
         {"30 2 * * *", "America/New_York", "2026-03-07 00:00",
          "2026-03-10 00:00", "07T02:30 08T03:00 09T02:30"},
         {"15 2 * * *", "Australia/Lord_Howe", "2026-10-02 00:00",
          "2026-10-05 00:00", "03T02:15 04T02:30 05T02:15"},
         {"0 12 * * *", "Pacific/Apia", "2011-12-29 00:00", "2012-01-01 00:00",
          "29T12:00 31T00:00 31T12:00 01T12:00"},
       })
    EXPECT_EQ(times_of(x), x.times) << x.text << ' ' << x.zone;
}

TEST(cron_times_test, runs_once_for_all_that_is_skipped) {
  for (auto& x : std::vector<span_of_times>{
         {"*/15 1-3 * * *", "Europe/Berlin", "2026-03-29 00:20",
          "2026-03-29 01:30", "29T01:30 29T01:45 29T03:00 29T03:15 29T03:30"},
         {"*/20 2 * * *", "Europe/Berlin", "2026-03-28 12:00",
          "2026-03-29 12:00", "29T03:00"},
         {"0 */2 * * *", "Europe/Berlin", "2026-03-28 22:00",
          "2026-03-29 03:00", "29T00:00 29T03:00 29T04:00"},
       })
    EXPECT_EQ(times_of(x), x.times) << x.text << ' ' << x.zone;
}

TEST(cron_times_test, runs_at_the_first_of_two_equal_times) {
  for (auto& x : std::vector<span_of_times>{
         {"30 2 * * *", "Europe/Berlin", "2026-10-24 12:00", "2026-10-26 12:00",
          "25T02:30 26T02:30"},
         {"*/20 1-3 * * *", "Europe/Berlin", "2026-10-24 23:30",
          "2026-10-25 02:20",
          "25T01:40 25T02:00 25T02:20 25T02:40 25T03:00 25T03:20"},
         {"30 1 * * *", "America/New_York", "2026-10-31 12:00",
          "2026-11-02 12:00", "01T01:30 02T01:30"},
         {"45 1 * * *", "Australia/Lord_Howe", "2026-04-04 00:00",
          "2026-04-06 00:00", "05T01:45 06T01:45"},
       })
    EXPECT_EQ(times_of(x), x.times) << x.text << ' ' << x.zone;
  auto first = next_time(zoned_cron("30 2 * * *"),
                         *zone_of_2026("Europe/Berlin"),
                         at("2026-10-24 12:00"));
  EXPECT_EQ(text_of(first), "2026-10-25 00:30");
}

TEST(cron_times_test, goes_by_the_clock_if_every_hour_is_named) {
  for (auto& x : std::vector<span_of_times>{
         {"30 * * * *", "Europe/Berlin", "2026-03-28 23:00", "2026-03-29 02:00",
          "29T00:30 29T01:30 29T03:30"},
         {"30 * * * *", "Europe/Berlin", "2026-10-24 23:00", "2026-10-25 02:00",
          "25T01:30 25T02:30 25T02:30"},
         {"*/20 * * * *", "America/New_York", "2026-11-01 04:50",
          "2026-11-01 07:00",
          "01T01:00 01T01:20 01T01:40 01T01:00 01T01:20 01T01:40 01T02:00"},
         {"*/10 * * * *", "Australia/Lord_Howe", "2026-10-03 15:05",
          "2026-10-03 15:50", "04T01:40 04T01:50 04T02:30 04T02:40 04T02:50"},
         {"*/10 * * * *", "Australia/Lord_Howe", "2026-04-04 14:35",
          "2026-04-04 15:30",
          "05T01:40 05T01:50 05T01:30 05T01:40 05T01:50 05T02:00"},
         {"0 * * * *", "Europe/Berlin", "2026-03-28 23:30", "2026-03-29 02:00",
          "29T01:00 29T03:00 29T04:00"},
       })
    EXPECT_EQ(times_of(x), x.times) << x.text << ' ' << x.zone;
}

TEST(cron_times_test, begins_in_the_middle_of_a_repeated_hour) {
  // 02:10 for the second time: 02:30 has been, and comes tomorrow.
  EXPECT_EQ(text_of(next_time(zoned_cron("30 2 * * *"),
                              *zone_of_2026("Europe/Berlin"),
                              at("2026-10-25 01:10"))),
            "2026-10-26 01:30");
  EXPECT_EQ(text_of(next_time(zoned_cron("30 * * * *"),
                              *zone_of_2026("Europe/Berlin"),
                              at("2026-10-25 01:10"))),
            "2026-10-25 01:30");
}

TEST(cron_times_test, looks_no_further_than_the_end_of_the_calendar) {
  EXPECT_EQ(next_time(zoned_cron("* * * * *"), *utc_zone(), calendar_end),
            never);
  EXPECT_EQ(next_time(zoned_cron("0 0 29 2 *"), *utc_zone(),
                      at("2196-03-01 00:00")),
            never);
  EXPECT_EQ(text_of(next_time(zoned_cron("* * * * *"), *utc_zone(),
                              calendar_end - 61s)),
            "2199-12-31 23:59");
  EXPECT_EQ(next_time(zoned_cron("* * * * *"), *utc_zone(), calendar_end - 60s),
            never);
}

TEST(cron_times_test, comes_after_fractions_of_a_second) {
  EXPECT_EQ(text_of(next_time(zoned_cron("* * * * * *"), *utc_zone(),
                              at("2026-01-01 00:00:05") + 1ns)),
            "2026-01-01 00:00:06");
}

// By the plainest reading: look at every minute there is, then at every minute
// of the calendar.
TEST(cron_times_test, agrees_with_a_scan_across_changes_of_clocks) {
  EXPECT_TRUE(rc::check([] {
    auto zone = *rc::gen::elementOf(support::zones_of_2026());
    auto hours = *rc::gen::element<std::string>("*", "1", "2", "2,3", "1-3",
                                                "*/2", "0-23", "0,12");
    auto minutes = *rc::gen::element<std::string>("0", "30", "*/20", "5,45",
                                                  "*");
    auto day = *rc::gen::element<std::string>("*", "*", "29", "1,8", "L");
    auto x = zoned_cron(minutes + ' ' + hours + ' ' + day + " * *");
    auto begin = *rc::gen::element(
      utc("2026-03-28 12:00"), utc("2026-10-24 12:00"), utc("2026-03-07 12:00"),
      utc("2026-10-31 20:00"), utc("2026-04-04 06:00"), utc("2026-10-03 06:00"),
      utc("2011-12-29 12:00"));
    begin += std::chrono::minutes{*rc::gen::inRange(0, 720)};
    auto end = begin + std::chrono::days{2};
    std::set<time_point> expected;
    if (x.names_every_hour()) {
      for (auto i = begin + 1min; i <= end; i += 1min)
        if (x.matches(to_local(i, zone->period_at(i))))
          expected.insert(i);
    } else {
      auto from = to_local(begin, zone->period_at(begin)) - 48h;
      for (auto i = from; i <= from + 168h; i += 1min)
        if (x.matches(i))
          expected.insert(meaning_of(i, *zone).first);
      std::erase_if(expected, [&](auto i) { return i <= begin || i > end; });
    }
    std::vector<time_point> found;
    for (auto i = next_time(x, *zone, begin); i <= end && i != never;
         i = next_time(x, *zone, i))
      found.push_back(i);
    RC_ASSERT(std::ranges::equal(found, expected));
  }));
}

} // namespace troupe::core
