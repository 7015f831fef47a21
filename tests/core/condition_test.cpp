#include "core/condition.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

namespace troupe::core {

namespace {

dependency_results two_results() {
  return {
    {{1, 1},
     "ingest",
     task_status::completed,
     payload{{"count", 3}, {"kind", "text"}, {"ok", true}},
     std::nullopt},
    {{1, 2},
     "scan",
     task_status::failed,
     payload{},
     error{ec::timeout, "too slow"}},
  };
}

/// `true`, `false`, or the error.
std::string value_of(const std::string& text) {
  auto read = parse_condition(text);
  if (!read)
    return "unread: " + read.error().message;
  auto value = evaluate(*read, two_results());
  if (!value)
    return to_string(value.error());
  return *value ? "true" : "false";
}

void expect_all(const std::string& value,
                const std::vector<std::string>& texts) {
  for (auto& text : texts)
    EXPECT_EQ(value_of(text), value) << text;
}

} // namespace

TEST(condition_test, compares) {
  expect_all("true",
             {"1 == 1", "1 == 1.0", "1 != 2", "1 < 2", "2 <= 2", "3 > 2.5",
              "2 >= 2", "-1 < 0", "1e3 == 1000", "'a' < 'b'", "'a' == \"a\"",
              "'B' < 'a'", "null == null", "[1, 'a'] == [1.0, 'a']",
              "true != false", "'1' != 1", "null != false"});
  expect_all("false", {"1 == 2", "1 == '1'", "1 != 1.0", "2 < 2", "2 <= 1",
                       "'b' < 'a'", "[] == null"});
}

TEST(condition_test, compares_integers_of_any_size_exactly) {
  expect_all("true", {"-1 < 18446744073709551615", "18446744073709551615 > -1",
                      "-1 != 18446744073709551615",
                      "9223372036854775807 < 9223372036854775808",
                      "18446744073709551614 < 18446744073709551615",
                      "9007199254740992 < 9007199254740993"});
}

TEST(condition_test, finds_parts) {
  expect_all("true",
             {"1 in [3, 2, 1.0]", "'b' in 'abc'", "'count' in ${ingest.result}",
              "4 not in [1]", "'x' not in ''", "not 1 in []", "[1] in [[1]]"});
  expect_all("false", {"1 in []", "'d' in 'abc'", "'x' in ${ingest.result}",
                       "'1' in [1]", "1 not in [1]"});
}

TEST(condition_test, joins) {
  expect_all("true", {"true", "not false", "!false", "!!true", "true and true",
                      "true && !false", "false or true", "false || true",
                      "true or false and false", "(true or false) and true",
                      "not false or true", "not (true and false)", "not 1 == 2",
                      "!(1 == 2)", "true and true and true and 1 < 2"});
  expect_all("false", {"false", "not true", "true and false",
                       "(true or false) and false", "not true or false",
                       "false or false or 1 > 2"});
}

TEST(condition_test, refers_to_dependencies) {
  expect_all("true", {"${ingest.result.count} > 2", "${ingest.result.ok}",
                      "${scan.status} == 'failed'",
                      "${scan.error.code} in ['timeout', 'cancelled']",
                      "${scan.result} == null", "'failed' in ${scan.statuses}",
                      "${ingest.result} == ${ingest.result}"});
}

TEST(condition_test, the_left_side_can_decide) {
  expect_all("false", {"${scan.status} == 'completed' "
                       "and ${scan.result.count} > 1"});
  expect_all("true", {"true or 1", "true || ${nobody.result}"});
}

TEST(condition_test, texts_may_have_special_characters) {
  expect_all("true",
             {R"("a\"b" == 'a"b')", R"('\\' in 'a\\b')", R"('it\'s' == "it's")",
              R"('\n' != 'n')", R"('\${a}' != '{a}')",
              "'and or not' == 'and or not'", "'$5' == '$5'"});
}

TEST(condition_test, spaces_hardly_matter) {
  expect_all("true", {"1<2&&2<3", "\n 1 <\t2 \n and\n true", "!(1>2)",
                      "1 in[1]&&'a'!='b'"});
}

TEST(condition_test, wrong_types_are_errors) {
  EXPECT_EQ(value_of("1"), "invalid_argument: the condition 1 is a number, "
                           "neither true nor false");
  EXPECT_EQ(value_of("${scan.result}"),
            "invalid_argument: the condition ${scan.result} is null, neither "
            "true nor false");
  EXPECT_EQ(value_of("1 < 'a'"),
            "invalid_argument: column 3 of the condition 1 < 'a': a number "
            "and a string have no order");
  EXPECT_EQ(value_of("true and 1"),
            "invalid_argument: column 6 of the condition true and 1: true or "
            "false was expected, not a number");
  EXPECT_EQ(value_of("not ''"),
            "invalid_argument: column 1 of the condition not '': true or "
            "false was expected, not a string");
  EXPECT_EQ(value_of("1 in 1"),
            "invalid_argument: column 3 of the condition 1 in 1: a number "
            "cannot be in a number");
  EXPECT_EQ(value_of("null < 1"),
            "invalid_argument: column 6 of the condition null < 1: null and a "
            "number have no order");
}

TEST(condition_test, missing_values_are_errors) {
  EXPECT_EQ(value_of("${ingets.result} == 1"),
            "unresolved_reference: ${ingets.result}: no dependency is called "
            "'ingets' (did you mean 'ingest'?)");
  EXPECT_EQ(value_of("[${scan.result.x}] == []"),
            "unresolved_reference: ${scan.result.x}: 'scan' has no result: it "
            "is failed (timeout: too slow)");
}

TEST(condition_test, long_chains_are_fine) {
  std::string text{"true"};
  for (int i = 0; i < 100'000; ++i)
    text += " and true";
  EXPECT_EQ(value_of(text), "true");
}

TEST(condition_test, agrees_with_the_order_of_numbers) {
  EXPECT_TRUE(rc::check([](int64_t x, int64_t y) {
    auto holds = [&](const char* sign) {
      return value_of(std::to_string(x) + sign + std::to_string(y)) == "true";
    };
    RC_ASSERT(holds("<") == (x < y));
    RC_ASSERT(holds("<=") == (x <= y));
    RC_ASSERT(holds(">") == (x > y));
    RC_ASSERT(holds(">=") == (x >= y));
    RC_ASSERT(holds("==") == (x == y));
    RC_ASSERT(holds("!=") == (x != y));
  }));
}

} // namespace troupe::core
