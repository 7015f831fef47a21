#include "core/cron.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

namespace {

uint64_t bit_set(std::initializer_list<int> all) {
  uint64_t result = 0;
  for (auto bit : all)
    result |= uint64_t{1} << bit;
  return result;
}

cron_fields fields_of_cron(const std::string& text) {
  auto read = parse_cron(text);
  EXPECT_TRUE(read) << text << ": " << (read ? "" : read.error().message);
  return read ? read->fields() : cron_fields{};
}

std::string problem_of_cron(const std::string& text) {
  auto read = parse_cron(text);
  if (read)
    return "";
  EXPECT_EQ(read.error().code, ec::invalid_argument);
  auto start = "cron '" + text + "': ";
  EXPECT_TRUE(read.error().message.starts_with(start)) << read.error().message;
  return read.error().message.substr(start.size());
}

} // namespace

TEST(cron_reader_test, reads_five_fields_and_six) {
  auto five = fields_of_cron("5 4 3 2 1");
  EXPECT_EQ(five.seconds, bit_set({0}));
  EXPECT_EQ(five.minutes, bit_set({5}));
  EXPECT_EQ(five.hours, bit_set({4}));
  EXPECT_EQ(five.days, bit_set({3}));
  EXPECT_EQ(five.months, bit_set({2}));
  EXPECT_EQ(five.weekdays, bit_set({1}));
  auto six = fields_of_cron("\t30  5 4 3 2 1 ");
  EXPECT_EQ(six.seconds, bit_set({30}));
  six.seconds = five.seconds;
  EXPECT_EQ(six, five);
  EXPECT_EQ(parse_cron("5 4 3 2 1")->text(), "5 4 3 2 1");
}

TEST(cron_reader_test, reads_lists_ranges_and_steps) {
  for (auto& [text, expected] : std::vector<std::pair<std::string, uint64_t>>{
         {"7", bit_set({7})},
         {"0,30,59", bit_set({0, 30, 59})},
         {"10-13", bit_set({10, 11, 12, 13})},
         {"*/20", bit_set({0, 20, 40})},
         {"5/25", bit_set({5, 30, 55})},
         {"10-20/5", bit_set({10, 15, 20})},
         {"1,10-12,50/4", bit_set({1, 10, 11, 12, 50, 54, 58})},
         {"9-9", bit_set({9})},
         {"*", (uint64_t{1} << 60) - 1},
         {"*/59", bit_set({0, 59})},
       })
    EXPECT_EQ(fields_of_cron(text + " * * * *").minutes, expected) << text;
}

TEST(cron_reader_test, reads_names_in_any_case) {
  auto x = fields_of_cron("0 0 * JAN,mar-May mOn-FRI");
  EXPECT_EQ(x.months, bit_set({1, 3, 4, 5}));
  EXPECT_EQ(x.weekdays, bit_set({1, 2, 3, 4, 5}));
}

TEST(cron_reader_test, takes_sunday_at_both_ends_of_the_week) {
  for (auto& [text, expected] : std::vector<std::pair<std::string, uint64_t>>{
         {"0", bit_set({0})},
         {"7", bit_set({0})},
         {"sun", bit_set({0})},
         {"sat-sun", bit_set({6, 0})},
         {"5-7", bit_set({5, 6, 0})},
         {"5-0", bit_set({5, 6, 0})},
         {"sun-tue", bit_set({0, 1, 2})},
         {"0-7", bit_set({0, 1, 2, 3, 4, 5, 6})},
         {"1-7/2", bit_set({1, 3, 5, 0})},
         {"7/3", bit_set({0, 3, 6})},
         {"7-2", bit_set({0, 1, 2})},
         {"sun-sun", bit_set({0})},
         {"*/2", bit_set({0, 2, 4, 6})},
       })
    EXPECT_EQ(fields_of_cron("0 0 * * " + text).weekdays, expected) << text;
}

TEST(cron_reader_test, reads_last_days_and_nth_weekdays) {
  auto x = fields_of_cron("0 0 L,l-3,15 * FRIL,mon#1,1#3,7#5");
  EXPECT_EQ(x.days, bit_set({15}));
  EXPECT_EQ(x.days_from_end, bit_set({0, 3}));
  EXPECT_EQ(x.weekdays, 0u);
  EXPECT_EQ(x.nth_weekdays[5], bit_set({0}));
  EXPECT_EQ(x.nth_weekdays[1], bit_set({1, 3}));
  EXPECT_EQ(x.nth_weekdays[0], bit_set({5}));
}

TEST(cron_reader_test, notes_which_days_are_open) {
  auto x = fields_of_cron("0 0 1 * *");
  EXPECT_FALSE(x.is_any_day);
  EXPECT_TRUE(x.is_any_weekday);
  x = fields_of_cron("0 0 */2 * ?");
  EXPECT_TRUE(x.is_any_day);
  EXPECT_TRUE(x.is_any_weekday);
  x = fields_of_cron("0 0 1 * mon");
  EXPECT_FALSE(x.is_any_day);
  EXPECT_FALSE(x.is_any_weekday);
}

TEST(cron_reader_test, reads_names_for_whole_expressions) {
  for (auto& [name, meaning] : std::vector<std::pair<std::string, std::string>>{
         {"@yearly", "0 0 1 1 *"},
         {"@annually", "0 0 1 1 *"},
         {"@monthly", "0 0 1 * *"},
         {"@weekly", "0 0 * * 0"},
         {"@daily", "0 0 * * *"},
         {"@midnight", "0 0 * * *"},
         {"@Hourly", "0 * * * *"},
       }) {
    EXPECT_EQ(fields_of_cron(name), fields_of_cron(meaning)) << name;
    EXPECT_EQ(parse_cron(name)->text(), name);
  }
}

TEST(cron_reader_test, names_field_value_and_fix) {
  for (auto& [text, expected] :
       std::vector<std::pair<std::string, std::string>>{
         {"60 * * * *", "minute: '60': '60' is not from 0 to 59"},
         {"* 24 * * *", "hour: '24': '24' is not from 0 to 23"},
         {"* * 0 * *", "day of month: '0': '0' is not from 1 to 31"},
         {"* * * 13 *", "month: '13': '13' is not from 1 to 12 or one of jan, "
                        "feb, mar, apr, may, jun, jul, aug, sep, oct, nov, "
                        "dec"},
         {"* * * * tus", "day of week: 'tus': 'tus' is not from 0 to 7 or one "
                         "of sun, mon, tue, wed, thu, fri, sat (did you mean "
                         "'tue'?)"},
         {"60 * * * * *", "second: '60': '60' is not from 0 to 59"},
         {"-5 * * * *", "minute: '-5': '' is not from 0 to 59"},
         {"5- * * * *", "minute: '5-': '' is not from 0 to 59"},
         {"1,,2 * * * *", "minute: '': a value is missing; commas go between "
                          "two values"},
         {"1.5 * * * *", "minute: '1.5': '1.5' is not from 0 to 59"},
         {"* 22-2 * * *", "hour: '22-2': the range goes backwards; write "
                          "22-23,0-2"},
         {"* * * nov-feb *", "month: 'nov-feb': the range goes backwards; "
                             "write nov-dec,jan-feb"},
         {"* * * * fri-mon", "day of week: 'fri-mon': the range goes "
                             "backwards; write fri-sat,sun-mon"},
         {"*/0 * * * *", "minute: '*/0': the step '0' is not a number from 1 "
                         "to 59"},
         {"*/60 * * * *", "minute: '*/60': the step '60' is not a number from "
                          "1 to 59; write 0 for once"},
         {"*/x * * * *", "minute: '*/x': the step 'x' is not a number from 1 "
                         "to 59"},
         {"* ? * * *", "hour: '?': ? is for the fields of days only; write *"},
         {"* * 15W * *", "day of month: '15w': nearest workdays (W) cannot be "
                         "named; name the days of week in the last field"},
         {"* * L-31 * *", "day of month: 'l-31': write L for the last day of "
                          "the month, or L-1 to L-30 for one before it"},
         {"* * * * L", "day of week: 'l': the last of which weekday? Write "
                       "e.g. friL, or sat"},
         {"* * * * fri#6", "day of week: 'fri#6': write #1 to #5 for which one "
                           "of the month it is, or e.g. friL for the last"},
         {"* * * * fri#0", "day of week: 'fri#0': write #1 to #5 for which one "
                           "of the month it is, or e.g. friL for the last"},
         {"99 * * 99 *", "minute: '99': '99' is not from 0 to 59; month: '99': "
                         "'99' is not from 1 to 12 or one of jan, feb, mar, "
                         "apr, may, jun, jul, aug, sep, oct, nov, dec"},
       })
    EXPECT_EQ(problem_of_cron(text), expected);
}

TEST(cron_reader_test, says_what_is_no_cron_expression) {
  EXPECT_EQ(problem_of_cron(""),
            "it is empty; write e.g. '30 2 * * *' for each day at "
            "2:30");
  EXPECT_EQ(problem_of_cron("* * * *"),
            "it has 4 fields; write 5 (minute, hour, day "
            "of month, month, day of week) or 6 (seconds "
            "first)");
  EXPECT_EQ(problem_of_cron("0"),
            "it has 1 field; write 5 (minute, hour, day of "
            "month, month, day of week) or 6 (seconds first)");
  EXPECT_EQ(problem_of_cron("0 0 0 1 1 ? 2030"),
            "it has 7 fields; years cannot be named, leave out the last and "
            "set an end of the schedule");
  EXPECT_EQ(problem_of_cron("CRON_TZ=Asia/Tokyo 0 0 * * *"),
            "a time zone goes into the field 'zone' of the schedule");
  EXPECT_EQ(problem_of_cron("@every 90m"),
            "an interval is no cron expression; make it a schedule of the kind "
            "'every'");
  EXPECT_EQ(problem_of_cron("@reboot"),
            "there is no time of a start; submit the task "
            "when the program starts");
  EXPECT_EQ(problem_of_cron("@dayly"),
            "'@dayly' is unknown (did you mean '@daily'?); "
            "there are @yearly, @annually, @monthly, "
            "@weekly, @daily, @midnight, @hourly");
  EXPECT_FALSE(parse_cron("@daily 5"));
  auto long_one = parse_cron(std::string(1001, '1'));
  ASSERT_FALSE(long_one);
  EXPECT_LT(long_one.error().message.size(), 200u);
}

TEST(cron_reader_test, refuses_dates_that_never_come) {
  EXPECT_EQ(problem_of_cron("0 0 30 2 *"),
            "no date is in all of day of month '30', month '2' and day of week "
            "'*'; write L for the last day of a month");
  EXPECT_NE(problem_of_cron("0 0 31 4,jun,9,11 *"), "");
  EXPECT_NE(problem_of_cron("0 0 L-29 feb *"), "");
  // Open fields of days both have to match: 1 February is no fifth Friday.
  EXPECT_NE(problem_of_cron("0 0 */30 feb fri#5"), "");
  EXPECT_EQ(problem_of_cron("0 0 29 2 *"), "");
  EXPECT_EQ(problem_of_cron("0 0 L-28 feb *"), "");
  EXPECT_EQ(problem_of_cron("0 0 30 2 mon"), "");
}

} // namespace troupe::core
