#include "core/timetable.hpp"

#include "tests/support/zones.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;
using support::at;
using support::text_of;

namespace {

const support::few_zones timetable_zones;

timetable timetable_of(const schedule_spec& spec,
                       const std::string& added = "2026-01-01 00:00") {
  auto made = timetable::make(spec, at(added), timetable_zones);
  if (!made)
    throw std::invalid_argument{made.error().message};
  return *made;
}

schedule_spec spec_with(schedule_times when) {
  schedule_spec spec;
  spec.name = "s";
  spec.when = std::move(when);
  return spec;
}

/// The first times that count.
std::string first_times(const schedule_spec& spec, int count = 3) {
  auto times = timetable_of(spec);
  std::string result;
  auto next = times.next(times.before_first());
  for (int i = 0; i < count; ++i, next = times.next(next)) {
    result += (i == 0 ? "" : ", ") + text_of(next);
    if (next == never)
      break;
  }
  return result;
}

} // namespace

TEST(timetable_test, has_one_time_for_what_is_not_repeated) {
  EXPECT_EQ(first_times(spec_with(run_at{at("2026-05-01 12:00")})),
            "2026-05-01 12:00, never");
  EXPECT_EQ(first_times(spec_with(run_at{at("2020-05-01 12:00")})),
            "2020-05-01 12:00, never");
  EXPECT_EQ(first_times(spec_with(run_after{90min})),
            "2026-01-01 01:30, never");
  EXPECT_EQ(first_times(spec_with(run_after{0s})), "2026-01-01 00:00, never");
}

TEST(timetable_test, counts_intervals_from_their_anchor) {
  EXPECT_EQ(first_times(spec_with(run_every{20min})),
            "2026-01-01 00:20, 2026-01-01 00:40, 2026-01-01 01:00");
  EXPECT_EQ(first_times(spec_with(run_every{1h, at("2025-03-01 00:10")})),
            "2026-01-01 00:10, 2026-01-01 01:10, 2026-01-01 02:10");
  EXPECT_EQ(first_times(spec_with(run_every{1h, at("2026-01-01 00:00")})),
            "2026-01-01 00:00, 2026-01-01 01:00, 2026-01-01 02:00");
  EXPECT_EQ(first_times(spec_with(run_every{24h, at("2026-02-01 06:00")})),
            "2026-02-01 06:00, 2026-02-02 06:00, 2026-02-03 06:00");
}

TEST(timetable_test, counts_intervals_from_the_start_if_there_is_no_anchor) {
  auto spec = spec_with(run_every{24h});
  spec.start = at("2026-03-01 08:00");
  EXPECT_EQ(first_times(spec), "2026-03-01 08:00, 2026-03-02 08:00, "
                               "2026-03-03 08:00");
}

TEST(timetable_test, asks_the_zone_of_a_cron_expression) {
  EXPECT_EQ(first_times(spec_with(run_cron{"30 2 * 3 *", "Europe/Berlin"}), 1),
            "2026-03-01 01:30");
  auto unknown = timetable::make(spec_with(run_cron{"@daily", "Mars/Phobos"}),
                                 at("2026-01-01 00:00"), timetable_zones);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message, "there is no time zone 'Mars/Phobos'");
}

TEST(timetable_test, begins_at_its_start_and_ends_before_its_end) {
  auto spec = spec_with(run_cron{"0 12 * * *"});
  spec.start = at("2026-02-01 12:00");
  spec.end = at("2026-02-03 12:00");
  EXPECT_EQ(first_times(spec), "2026-02-01 12:00, 2026-02-02 12:00, never");
  spec.when = run_every{24h, at("2026-01-05 12:00")};
  EXPECT_EQ(first_times(spec), "2026-02-01 12:00, 2026-02-02 12:00, never");
}

TEST(timetable_test, ends_with_the_calendar) {
  auto times = timetable_of(spec_with(run_every{24h * 365 * 100}));
  auto first = times.next(times.before_first());
  EXPECT_EQ(text_of(first), "2125-12-08 00:00");
  EXPECT_EQ(times.next(first), never);
}

TEST(timetable_test, tells_what_has_passed) {
  auto times = timetable_of(spec_with(run_every{1h}));
  auto passed = times.passed(at("2026-01-01 00:00"), at("2026-01-01 05:59"), 2);
  EXPECT_EQ(passed.count, 5u);
  ASSERT_EQ(passed.newest.size(), 2u);
  EXPECT_EQ(text_of(passed.newest[0]), "2026-01-01 04:00");
  EXPECT_EQ(text_of(passed.newest[1]), "2026-01-01 05:00");
  passed = times.passed(at("2026-01-01 05:00"), at("2026-01-01 05:59"), 2);
  EXPECT_EQ(passed.count, 0u);
  EXPECT_TRUE(passed.newest.empty());
}

TEST(timetable_test, counts_a_century_of_intervals_at_once) {
  auto times = timetable_of(spec_with(run_every{1ms}));
  auto passed = times.passed(at("2026-01-01 00:00"), at("2126-01-01 00:00"), 3);
  EXPECT_EQ(passed.count,
            (at("2126-01-01 00:00") - at("2026-01-01 00:00")) / 1ms);
  EXPECT_EQ(passed.newest.back(), at("2126-01-01 00:00"));
  EXPECT_EQ(passed.newest.size(), 3u);
}

TEST(timetable_test, finds_the_last_of_many_times_of_a_cron_expression) {
  auto times = timetable_of(spec_with(run_cron{"* * * * * *"}));
  auto passed = times.passed(at("2026-01-01 00:00"), at("2126-01-01 00:00"), 3);
  EXPECT_EQ(passed.count, timetable::counted_max);
  ASSERT_EQ(passed.newest.size(), 3u);
  EXPECT_EQ(text_of(passed.newest[0]), "2125-12-31 23:59:58");
  EXPECT_EQ(passed.newest[2], at("2126-01-01 00:00"));
  // Of a dense day long ago.
  times = timetable_of(spec_with(run_cron{"* * * 1 1 *"}));
  passed = times.passed(at("2026-01-01 00:00"), at("2053-12-31 00:00"), 2);
  EXPECT_GE(passed.count, timetable::counted_max);
  ASSERT_EQ(passed.newest.size(), 2u);
  EXPECT_EQ(text_of(passed.newest[0]), "2053-01-01 23:59:58");
  EXPECT_EQ(text_of(passed.newest[1]), "2053-01-01 23:59:59");
}

TEST(timetable_test, passes_what_next_would_have_found) {
  EXPECT_TRUE(rc::check([] {
    auto start = at("2026-10-24 00:00");
    auto spec = spec_with(run_every{*rc::gen::inRange(1, 300) * 1min});
    if (*rc::gen::arbitrary<bool>())
      spec.when = run_cron{*rc::gen::element<std::string>(
                             "*/7 * * * *", "30 2 * * *", "0 */3 * * *"),
                           "Europe/Berlin"};
    if (*rc::gen::arbitrary<bool>())
      spec.end = start + *rc::gen::inRange(1, 5000) * 1min;
    auto made = timetable::make(spec, start, timetable_zones);
    RC_ASSERT(made.has_value());
    auto after = start + *rc::gen::inRange(0, 3000) * 1min;
    auto until = after + *rc::gen::inRange(0, 3000) * 1min;
    auto keep = *rc::gen::inRange<size_t>(1, 20);
    std::vector<time_point> all;
    for (auto i = made->next(after); i != never && i <= until;
         i = made->next(i))
      all.push_back(i);
    auto passed = made->passed(after, until, keep);
    RC_ASSERT(passed.count == all.size());
    if (all.size() > keep)
      all.erase(all.begin(), all.end() - static_cast<ptrdiff_t>(keep));
    RC_ASSERT(passed.newest == all);
  }));
}

} // namespace troupe::core
