// Tables of what expressions mean, and a scanner that looks at every minute or
// second with the plainest reading of the rules.

#include "core/cron.hpp"

#include "tests/support/times.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>
#include <string>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;
using support::local;
using support::text_of;

namespace {

cron_expression cron_of(const std::string& text) {
  auto read = parse_cron(text);
  if (!read)
    throw std::invalid_argument{read.error().message};
  return *read;
}

/// The next times after that, separated by commas.
std::string next_of(const std::string& text, const std::string& after,
                    int count = 1) {
  auto expression = cron_of(text);
  std::string result;
  auto at = local(after);
  for (int i = 0; i < count; ++i) {
    at = expression.next_after(at).value();
    result += (i == 0 ? "" : ", ") + text_of(at);
  }
  return result;
}

/// A field as text, with what it stands for.
struct random_field {
  std::string text;
  std::set<int> values;
};

random_field some_field(int min, int max) {
  auto value = [&] {
    return *rc::gen::inRange(min, max + 1);
  };
  random_field field;
  auto count = *rc::gen::inRange(1, 4);
  for (int i = 0; i < count; ++i) {
    auto begin = value();
    auto end = *rc::gen::inRange(begin, max + 1);
    auto step = *rc::gen::inRange(1, max - min + 1);
    std::string item;
    switch (*rc::gen::inRange(0, 6)) {
      case 0:
        item = "*";
        begin = min;
        end = max;
        step = 1;
        break;
      case 1:
        item = fmt::format("*/{}", step);
        begin = min;
        end = max;
        break;
      case 2:
        item = fmt::format("{}-{}", begin, end);
        step = 1;
        break;
      case 3:
        item = fmt::format("{}-{}/{}", begin, end, step);
        break;
      case 4:
        item = fmt::format("{}/{}", begin, step);
        end = max;
        break;
      default:
        item = fmt::format("{}", begin);
        end = begin;
    }
    field.text += (i == 0 ? "" : ",") + item;
    for (auto x = begin; x <= end; x += step)
      field.values.insert(x);
  }
  return field;
}

/// An expression that is read without the code under test.
struct random_cron {
  std::string text;
  random_field second;
  random_field minute = some_field(0, 59);
  random_field hour = some_field(0, 23);
  random_field day = some_field(1, 31);
  random_field month = some_field(1, 12);
  random_field weekday = some_field(0, 6);

  explicit random_cron(bool has_seconds) {
    second = has_seconds ? some_field(0, 59) : random_field{"", {0}};
    text = fmt::format("{}{}{} {} {} {} {}", second.text,
                       has_seconds ? " " : "", minute.text, hour.text, day.text,
                       month.text, weekday.text);
  }

  bool names(local_time at) const {
    auto date = std::chrono::floor<std::chrono::days>(at);
    std::chrono::year_month_day ymd{date};
    std::chrono::hh_mm_ss time{at - date};
    auto day_of_month = static_cast<int>(static_cast<unsigned>(ymd.day()));
    auto day_of_week
      = static_cast<int>(std::chrono::weekday{date}.c_encoding());
    auto is_day = day.values.contains(day_of_month);
    auto is_weekday = weekday.values.contains(day_of_week);
    auto is_open = day.text[0] == '*' || weekday.text[0] == '*';
    return (is_open ? is_day && is_weekday : is_day || is_weekday)
           && month.values.contains(
             static_cast<int>(static_cast<unsigned>(ymd.month())))
           && hour.values.contains(static_cast<int>(time.hours().count()))
           && minute.values.contains(static_cast<int>(time.minutes().count()))
           && second.values.contains(static_cast<int>(time.seconds().count()));
  }
};

local_time some_local_time() {
  return local("2023-12-20 00:00")
         + std::chrono::seconds{*rc::gen::inRange(0, 500 * 86400)};
}

} // namespace

TEST(cron_test, finds_the_next_time) {
  struct row {
    const char* text;
    const char* after;
    const char* next;
  };

  for (auto& [text, after, next] : std::vector<row>{
         {"* * * * *", "2026-01-01 00:00", "2026-01-01 00:01"},
         {"* * * * *", "2026-01-01 00:00:59", "2026-01-01 00:01"},
         {"* * * * * *", "2026-12-31 23:59:59", "2027-01-01 00:00"},
         {"30 2 * * *", "2026-01-01 02:29:59", "2026-01-01 02:30"},
         {"30 2 * * *", "2026-01-01 02:30", "2026-01-02 02:30"},
         {"*/15 9-17 * * mon-fri", "2026-01-02 17:45", "2026-01-05 09:00"},
         {"10,50 10,50 1 * * *", "2026-01-01 01:10:10", "2026-01-01 01:10:50"},
         {"10,50 10,50 1 * * *", "2026-01-01 01:10:50", "2026-01-01 01:50:10"},
         {"10,50 10,50 1 * * *", "2026-01-01 01:50:50", "2026-01-02 01:10:10"},
         {"0 0 31 * *", "2026-01-31 00:00", "2026-03-31 00:00"},
         {"0 0 29 2 *", "2026-01-01 00:00", "2028-02-29 00:00"},
         {"0 0 29 2 *", "2096-02-29 00:00", "2104-02-29 00:00"},
         {"0 0 1 1 *", "2026-01-01 00:00", "2027-01-01 00:00"},
         {"0 0 1 JAN ?", "2025-12-31 23:59:59", "2026-01-01 00:00"},
         {"@weekly", "2026-01-01 00:00", "2026-01-04 00:00"},
         {"0 12 L * *", "2028-02-01 00:00", "2028-02-29 12:00"},
         {"0 12 L-2 * *", "2026-02-01 00:00", "2026-02-26 12:00"},
         {"0 12 L-30 * *", "2026-01-02 00:00", "2026-03-01 12:00"},
         {"0 0 * * fri#2", "2026-01-01 00:00", "2026-01-09 00:00"},
         {"0 0 * * friL", "2026-01-01 00:00", "2026-01-30 00:00"},
         {"0 0 * * thu#5", "2026-01-30 00:00", "2026-04-30 00:00"},
         // A leap day that is a Friday.
         {"0 0 */28 2 friL", "2026-01-01 00:00", "2036-02-29 00:00"},
       })
    EXPECT_EQ(next_of(text, after), next) << text << " after " << after;
}

TEST(cron_test, takes_either_day_if_both_fields_are_restricted) {
  EXPECT_EQ(next_of("0 0 13 * fri", "2026-02-01 00:00", 6),
            "2026-02-06 00:00, 2026-02-13 00:00, 2026-02-20 00:00, "
            "2026-02-27 00:00, 2026-03-06 00:00, 2026-03-13 00:00");
  EXPECT_EQ(next_of("0 0 13 * *", "2026-02-01 00:00", 2),
            "2026-02-13 00:00, 2026-03-13 00:00");
  EXPECT_EQ(next_of("0 0 L * mon", "2026-02-20 00:00", 3),
            "2026-02-23 00:00, 2026-02-28 00:00, 2026-03-02 00:00");
}

TEST(cron_test, takes_days_of_both_fields_if_one_begins_with_a_star) {
  // As Vixie's cron does: odd days that are Mondays.
  EXPECT_EQ(next_of("0 0 */2 * mon", "2026-01-01 00:00", 3),
            "2026-01-05 00:00, 2026-01-19 00:00, 2026-02-09 00:00");
}

TEST(cron_test, knows_whether_every_hour_counts) {
  EXPECT_TRUE(cron_of("*/5 * 1 * *").names_every_hour());
  EXPECT_TRUE(cron_of("0 0-23 * * *").names_every_hour());
  EXPECT_TRUE(cron_of("@hourly").names_every_hour());
  EXPECT_FALSE(cron_of("* */2 * * *").names_every_hour());
  EXPECT_FALSE(cron_of("* 0-22 * * *").names_every_hour());
}

TEST(cron_test, agrees_with_a_scan_of_every_minute) {
  EXPECT_TRUE(rc::check([] {
    random_cron model{false};
    auto read = parse_cron(model.text);
    RC_PRE(read.has_value());
    auto from = some_local_time();
    auto next = read->next_after(from);
    RC_ASSERT(next.has_value());
    auto at = std::chrono::floor<std::chrono::minutes>(from) + 1min;
    // Two days; what comes later is only checked not to come earlier.
    for (int i = 0; i < 2 * 24 * 60 && at <= *next; ++i, at += 1min) {
      RC_ASSERT(read->matches(at) == model.names(at));
      RC_ASSERT(model.names(at) == (at == *next));
    }
    RC_ASSERT(model.names(*next));
  }));
}

TEST(cron_test, agrees_with_a_scan_of_every_second) {
  EXPECT_TRUE(rc::check([] {
    random_cron model{true};
    auto read = parse_cron(model.text);
    RC_PRE(read.has_value());
    auto from = some_local_time();
    auto next = read->next_after(from);
    RC_ASSERT(next.has_value());
    auto at = from + 1s;
    for (int i = 0; i < 2 * 3600 && at <= *next; ++i, at += 1s)
      RC_ASSERT(model.names(at) == (at == *next));
    RC_ASSERT(model.names(*next));
  }));
}

TEST(cron_test, agrees_with_a_scan_of_every_day_far_ahead) {
  EXPECT_TRUE(rc::check([] {
    random_cron model{false};
    auto read = parse_cron(model.text);
    RC_PRE(read.has_value());
    auto from = some_local_time();
    auto next = read->next_after(from);
    RC_ASSERT(next.has_value());
    // The first named minute of each day that has one.
    auto hour = std::chrono::hours{*model.hour.values.begin()};
    auto minute = std::chrono::minutes{*model.minute.values.begin()};
    auto day = std::chrono::floor<std::chrono::days>(from)
               + std::chrono::days{1};
    while (day + hour + minute < *next) {
      RC_ASSERT(!model.names(day + hour + minute));
      day += std::chrono::days{1};
    }
  }));
}

} // namespace troupe::core
