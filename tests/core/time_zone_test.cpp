#include "core/time_zone.hpp"

#include "tests/support/zones.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;
using support::local;
using support::text_of;
using support::utc;
using support::zone_of_2026;

namespace {

struct meaning_case {
  const char* zone;
  const char* local;
  local_kind kind;
  const char* first;
  const char* second;
};

} // namespace

TEST(time_zone_test, knows_utc_without_a_database) {
  EXPECT_EQ(utc_zone()->name(), "UTC");
  EXPECT_EQ(utc_zone()->period_at(utc("2026-01-01 00:00")), zone_period{});
  EXPECT_EQ(utc_only{}.find("UTC").value(), utc_zone());
  auto other = utc_only{}.find("Europe/Berlin");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ec::invalid_argument);
  EXPECT_EQ(other.error().message, "there is no time zone 'Europe/Berlin'; "
                                   "only UTC is known here");
}

TEST(time_zone_test, says_what_a_local_time_means) {
  using enum local_kind;
  for (auto& [zone, text, kind, first, second] : std::vector<meaning_case>{
         {"UTC", "2026-03-29 02:30", once, "2026-03-29 02:30", ""},
         {"Europe/Berlin", "2026-01-01 00:00", once, "2025-12-31 23:00", ""},
         {"Europe/Berlin", "2026-03-29 01:59:59", once, "2026-03-29 00:59:59",
          ""},
         {"Europe/Berlin", "2026-03-29 02:00", skipped, "2026-03-29 01:00", ""},
         {"Europe/Berlin", "2026-03-29 02:59:59", skipped, "2026-03-29 01:00",
          ""},
         {"Europe/Berlin", "2026-03-29 03:00", once, "2026-03-29 01:00", ""},
         {"Europe/Berlin", "2026-10-25 01:59:59", once, "2026-10-24 23:59:59",
          ""},
         {"Europe/Berlin", "2026-10-25 02:00", repeated, "2026-10-25 00:00",
          "2026-10-25 01:00"},
         {"Europe/Berlin", "2026-10-25 02:59:59", repeated,
          "2026-10-25 00:59:59", "2026-10-25 01:59:59"},
         {"Europe/Berlin", "2026-10-25 03:00", once, "2026-10-25 02:00", ""},
         {"America/New_York", "2026-03-08 02:30", skipped, "2026-03-08 07:00",
          ""},
         {"America/New_York", "2026-11-01 01:30", repeated, "2026-11-01 05:30",
          "2026-11-01 06:30"},
         {"Australia/Lord_Howe", "2026-10-04 02:15", skipped,
          "2026-10-03 15:30", ""},
         {"Australia/Lord_Howe", "2026-10-04 02:30", once, "2026-10-03 15:30",
          ""},
         {"Australia/Lord_Howe", "2026-04-05 01:45", repeated,
          "2026-04-04 14:45", "2026-04-04 15:15"},
         {"Australia/Lord_Howe", "2026-04-05 01:29:59", once,
          "2026-04-04 14:29:59", ""},
         {"Pacific/Apia", "2011-12-30 12:00", skipped, "2011-12-30 10:00", ""},
       }) {
    auto meaning = meaning_of(local(text), *zone_of_2026(zone));
    EXPECT_EQ(meaning.kind, kind) << zone << ' ' << text;
    EXPECT_EQ(text_of(meaning.first), first) << zone << ' ' << text;
    EXPECT_EQ(text_of(meaning.second), *second == '\0' ? first : second)
      << zone << ' ' << text;
  }
}

TEST(time_zone_test, says_how_far_a_gap_and_an_overlap_reach) {
  auto gap = meaning_of(local("2026-10-04 02:15"),
                        *zone_of_2026("Australia/Lord_Howe"));
  EXPECT_EQ(text_of(gap.begin), "2026-10-04 02:00");
  EXPECT_EQ(text_of(gap.end), "2026-10-04 02:30");
  auto overlap = meaning_of(local("2026-10-25 02:30"),
                            *zone_of_2026("Europe/Berlin"));
  EXPECT_EQ(text_of(overlap.begin), "2026-10-25 02:00");
  EXPECT_EQ(text_of(overlap.end), "2026-10-25 03:00");
  auto day = meaning_of(local("2011-12-30 12:00"),
                        *zone_of_2026("Pacific/Apia"));
  EXPECT_EQ(text_of(day.begin), "2011-12-30 00:00");
  EXPECT_EQ(text_of(day.end), "2011-12-31 00:00");
}

TEST(time_zone_test, finds_every_time_again_by_what_clocks_showed) {
  EXPECT_TRUE(rc::check([] {
    auto zone = *rc::gen::elementOf(support::zones_of_2026());
    auto at = utc("2025-06-01 00:00")
              + std::chrono::minutes{*rc::gen::inRange(0, 800 * 24 * 60)};
    auto shown = to_local(at, zone->period_at(at));
    auto meaning = meaning_of(shown, *zone);
    RC_ASSERT(meaning.kind != local_kind::skipped);
    RC_ASSERT(meaning.first == at || meaning.second == at);
  }));
}

} // namespace troupe::core
