// With the tz database of the machine: what it says of these years is settled.

#include "actors/system_time_zones.hpp"

#include "core/cron_times.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/zones.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace troupe::actors {

using namespace std::chrono_literals;
using support::at;
using support::text_of;
using support::utc;

namespace {

core::time_zone_ptr zone(std::string_view name) {
  auto found = system_time_zones{}.find(name);
  if (!found)
    throw std::invalid_argument{found.error().message};
  return *found;
}

std::string next(const std::string& cron, std::string_view name,
                 const std::string& after, int count) {
  auto where = zone(name);
  auto expression = core::parse_cron(cron).value();
  std::string result;
  auto time = at(after);
  for (int i = 0; i < count; ++i) {
    time = core::next_time(expression, *where, time);
    result += (i == 0 ? "" : ", ") + text_of(time);
  }
  return result;
}

} // namespace

TEST(system_time_zones_test, agrees_with_what_is_known_of_2026) {
  for (auto& known : support::zones_of_2026()) {
    auto found = zone(known->name());
    EXPECT_EQ(found->name(), known->name());
    auto begin = utc(known->name() == "Pacific/Apia" ? "2011-11-01 00:00"
                                                     : "2025-12-01 00:00");
    // Up to the last change that is known, by the half hour.
    for (auto i = begin; i < begin + 24h * 500; i += 30min) {
      if (known->name() == "Pacific/Apia" && i > utc("2012-03-01 00:00"))
        break;
      ASSERT_EQ(found->period_at(i).offset, known->period_at(i).offset)
        << known->name() << ' ' << text_of(core::time_point{i});
    }
  }
}

TEST(system_time_zones_test, runs_cron_across_changes_of_clocks) {
  EXPECT_EQ(next("30 2 * * *", "Europe/Berlin", "2026-03-28 00:00", 3),
            "2026-03-28 01:30, 2026-03-29 01:00, 2026-03-30 00:30");
  EXPECT_EQ(next("30 2 * * *", "Europe/Berlin", "2026-10-24 12:00", 2),
            "2026-10-25 00:30, 2026-10-26 01:30");
  EXPECT_EQ(next("30 2 * * *", "America/New_York", "2026-03-08 00:00", 2),
            "2026-03-08 07:00, 2026-03-09 06:30");
  EXPECT_EQ(next("30 * * * *", "America/New_York", "2026-11-01 05:00", 3),
            "2026-11-01 05:30, 2026-11-01 06:30, 2026-11-01 07:30");
  EXPECT_EQ(next("15 2 * * *", "Australia/Lord_Howe", "2026-10-03 12:00", 2),
            "2026-10-03 15:30, 2026-10-04 15:15");
  EXPECT_EQ(next("45 1 * * *", "Australia/Lord_Howe", "2026-04-04 12:00", 2),
            "2026-04-04 14:45, 2026-04-05 15:15");
}

TEST(system_time_zones_test, knows_the_rules_of_far_years) {
  // Lists of changes end with 2037 at the latest.
  auto summer = zone("Europe/Berlin")->period_at(utc("2060-07-01 00:00"));
  EXPECT_EQ(summer.offset, 2h);
  EXPECT_EQ(text_of(core::time_point{summer.begin}), "2060-03-28 01:00");
  EXPECT_EQ(text_of(core::time_point{summer.end}), "2060-10-31 01:00");
}

TEST(system_time_zones_test, reads_every_zone_of_the_system) {
  namespace fs = std::filesystem;
  const fs::path directory{"/usr/share/zoneinfo"};
  system_time_zones zones;
  size_t count = 0;
  for (auto folder : {"Africa", "America", "Antarctica", "Asia", "Australia",
                      "Europe", "Indian", "Pacific", "Etc"}) {
    for (auto& file : fs::recursive_directory_iterator{directory / folder}) {
      if (!file.is_regular_file())
        continue;
      auto name = file.path().lexically_relative(directory).string();
      auto found = zones.find(name);
      ASSERT_TRUE(found) << found.error().message;
      // Without holes, from 1800 to 2200.
      auto i = utc("1800-01-01 00:00");
      while (i < utc("2200-01-01 00:00")) {
        auto period = (*found)->period_at(i);
        ASSERT_LE(period.begin, i) << name;
        ASSERT_GT(period.end, i) << name;
        i = period.end;
      }
      ++count;
    }
  }
  EXPECT_GT(count, 300u);
}

TEST(system_time_zones_test, reads_a_zone_once) {
  system_time_zones zones;
  EXPECT_EQ(zones.find("Europe/Berlin").value(),
            zones.find("Europe/Berlin").value());
}

TEST(system_time_zones_test, says_which_zone_there_is_not) {
  system_time_zones zones;
  for (auto name : {"Europe/Berln", "europe/berlin"}) {
    auto found = zones.find(name);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, core::ec::invalid_argument);
    EXPECT_EQ(found.error().message,
              "there is no time zone '" + std::string{name}
                + "' (did you mean 'Europe/Berlin'?); names are as 'UTC' and "
                  "'Europe/Berlin'");
  }
  for (auto name : {"", "/etc/passwd", "../zoneinfo/Europe/Berlin", "Europe",
                    "Europe//Berlin", "Europe/", "Europe/Berlin\n"})
    EXPECT_FALSE(zones.find(name)) << name;
}

TEST(system_time_zones_test, says_what_is_wrong_with_a_file) {
  test::temporary_directory directory;
  std::ofstream{directory.path("Broken")} << "TZif2, and nothing more";
  system_time_zones zones{directory.path()};
  auto broken = zones.find("Broken");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().message,
            "the file of time zone 'Broken' cannot be read: it is no compiled "
            "time zone (TZif)");
}

TEST(system_time_zones_test, needs_no_database_for_utc) {
  system_time_zones zones{"/no/such/directory"};
  EXPECT_TRUE(zones.find("UTC"));
  auto found = zones.find("Europe/Berlin");
  ASSERT_FALSE(found);
  EXPECT_EQ(to_string(found.error()),
            "system_error: there is no database of time zones in "
            "'/no/such/directory': install the package tzdata");
}

} // namespace troupe::actors
