#include "core/zone_file.hpp"

#include "tests/support/times.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;
using support::text_of;
using support::utc;

namespace {

/// Makes such files, as zic does.
struct zone_bytes {
  char version = '2';
  std::vector<std::pair<utc_time, uint8_t>> changes;
  std::vector<int32_t> offsets;
  std::string rules;
  uint32_t leaps = 0;

  std::string bytes() const {
    if (version == '\0')
      return block(4);
    return zone_bytes{version, {}, {0}, {}, 0}.block(4) + block(8) + '\n'
           + rules + '\n';
  }

  std::string block(int width) const {
    std::string result{"TZif"};
    result += version;
    result.append(15, '\0');
    auto types = static_cast<uint32_t>(offsets.size());
    auto times = static_cast<uint32_t>(changes.size());
    for (auto count : {uint32_t{0}, uint32_t{0}, leaps, times, types, 4u})
      put(result, count, 4);
    for (auto& change : changes)
      put(result,
          static_cast<uint64_t>(change.first.time_since_epoch().count()),
          width);
    for (auto& change : changes)
      put(result, change.second, 1);
    for (auto offset : offsets) {
      put(result, static_cast<uint32_t>(offset), 4);
      put(result, 0, 2);
    }
    result.append("ABC");
    result += '\0';
    result.append(leaps * static_cast<size_t>(width + 4), '\0');
    return result;
  }

  static void put(std::string& out, uint64_t value, int width) {
    for (int i = width - 1; i >= 0; --i)
      out += static_cast<char>(value >> (8 * i) & 0xff);
  }
};

zone_bytes berlin_file() {
  return {'2',
          {{utc("1893-03-31 23:06:32"), 1},
           {utc("2025-10-26 01:00"), 1},
           {utc("2026-03-29 01:00"), 2},
           {utc("2026-10-25 01:00"), 1}},
          {3208, 3600, 7200},
          "CET-1CEST,M3.5.0,M10.5.0/3",
          0};
}

std::string listed_period(const zone_bytes& from, const std::string& at) {
  auto zone = parse_zone_file("Test/Zone", from.bytes());
  if (!zone)
    return zone.error().message;
  auto x = (*zone)->period_at(utc(at));
  EXPECT_LE(x.begin, utc(at));
  EXPECT_GT(x.end, utc(at));
  return std::to_string(x.offset / 1s) + " until "
         + (x.end == utc_time::max() ? "ever" : text_of(x.end));
}

std::string problem_of_file(const std::string& bytes) {
  auto zone = parse_zone_file("Test/Zone", bytes);
  if (zone)
    return "";
  EXPECT_EQ(zone.error().code, ec::invalid_argument);
  std::string start = "the file of time zone 'Test/Zone' cannot be read: ";
  EXPECT_TRUE(zone.error().message.starts_with(start));
  return zone.error().message.substr(start.size());
}

} // namespace

TEST(zone_file_test, lists_changes) {
  EXPECT_EQ(listed_period(berlin_file(), "1890-01-01 00:00"),
            "3208 until 1893-03-31 23:06:32");
  EXPECT_EQ(listed_period(berlin_file(), "2026-01-01 00:00"),
            "3600 until 2026-03-29 01:00");
  EXPECT_EQ(listed_period(berlin_file(), "2026-03-29 01:00"),
            "7200 until 2026-10-25 01:00");
  EXPECT_EQ((*parse_zone_file("Test/Zone", berlin_file().bytes()))->name(),
            "Test/Zone");
}

TEST(zone_file_test, goes_by_rules_after_the_last_change) {
  EXPECT_EQ(listed_period(berlin_file(), "2026-10-25 01:00"),
            "3600 until 2027-03-28 01:00");
  EXPECT_EQ(listed_period(berlin_file(), "2051-07-01 00:00"),
            "7200 until 2051-10-29 01:00");
}

TEST(zone_file_test, begins_with_the_rules_where_the_list_ends) {
  auto x = berlin_file();
  x.changes.back().first = utc("2026-12-01 00:00");
  auto zone = parse_zone_file("Test/Zone", x.bytes());
  ASSERT_TRUE(zone);
  EXPECT_EQ(text_of((*zone)->period_at(utc("2027-01-01 00:00")).begin),
            "2026-12-01 00:00");
}

TEST(zone_file_test, keeps_the_last_offset_if_there_are_no_rules) {
  auto x = berlin_file();
  x.rules.clear();
  EXPECT_EQ(listed_period(x, "2051-07-01 00:00"), "3600 until ever");
  EXPECT_EQ(listed_period({'2', {}, {-18000}, {}, 0}, "2026-01-01 00:00"),
            "-18000 until ever");
}

TEST(zone_file_test, reads_files_with_short_times) {
  auto x = berlin_file();
  x.version = '\0';
  // 1893 does not fit into 32 bits.
  x.changes.erase(x.changes.begin());
  EXPECT_EQ(listed_period(x, "2026-01-01 00:00"),
            "3600 until 2026-03-29 01:00");
  EXPECT_EQ(listed_period(x, "2051-01-01 00:00"), "3600 until ever");
}

TEST(zone_file_test, says_why_a_file_makes_no_sense) {
  EXPECT_EQ(problem_of_file(""), "it is no compiled time zone (TZif)");
  EXPECT_EQ(problem_of_file(
              "# tzdb data for Europe and environs, which is long enough"
              " for a header"),
            "it is no compiled time zone (TZif)");
  EXPECT_EQ(problem_of_file("TZif"), "it is no compiled time zone (TZif)");
  auto x = berlin_file();
  x.leaps = 1;
  EXPECT_EQ(problem_of_file(x.bytes()),
            "it counts leap seconds: take the zone without 'right/'");
  x = berlin_file();
  x.changes[1].second = 3;
  EXPECT_EQ(problem_of_file(x.bytes()),
            "a change refers to an offset that is not there");
  x = berlin_file();
  std::swap(x.changes[1], x.changes[2]);
  EXPECT_EQ(problem_of_file(x.bytes()), "its changes are not in order");
  x = berlin_file();
  x.offsets[0] = 86400;
  EXPECT_EQ(problem_of_file(x.bytes()), "an offset is as long as a day");
  x = berlin_file();
  x.changes.clear();
  x.offsets.clear();
  EXPECT_EQ(problem_of_file(x.bytes()), "it has no offsets");
  x = berlin_file();
  x.rules = "CET";
  EXPECT_EQ(problem_of_file(x.bytes()),
            "'CET' has no rules of a time zone: a number "
            "from 0 to 24 was expected at ''");
}

TEST(zone_file_test, refuses_a_file_cut_off_anywhere) {
  auto whole = berlin_file().bytes();
  ASSERT_EQ(problem_of_file(whole), "");
  for (size_t i = 0; i < whole.size(); ++i)
    EXPECT_NE(problem_of_file(whole.substr(0, i)), "") << i;
}

TEST(zone_file_test, survives_any_bytes) {
  EXPECT_TRUE(rc::check([] {
    auto bytes = berlin_file().bytes();
    auto count = *rc::gen::inRange(1, 8);
    for (int i = 0; i < count; ++i)
      bytes[*rc::gen::inRange<size_t>(0, bytes.size())]
        = *rc::gen::arbitrary<char>();
    // Refused, or a zone that answers.
    if (auto zone = parse_zone_file("x", bytes)) {
      auto at = utc("2026-07-01 00:00");
      auto period = (*zone)->period_at(at);
      RC_ASSERT(period.begin <= at);
      RC_ASSERT(period.end > at);
    }
  }));
}

} // namespace troupe::core
