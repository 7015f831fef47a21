#include "core/condition.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

namespace troupe::core {

namespace {

std::string reading_problem(const std::string& text) {
  auto read = parse_condition(text);
  if (read)
    return "";
  EXPECT_EQ(read.error().code, ec::invalid_argument);
  return read.error().message;
}

} // namespace

TEST(condition_reader_test, keeps_text_and_references) {
  auto read = parse_condition("${a.result.n} > 1 or ${[\"b c\"].status} in []");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text(), "${a.result.n} > 1 or ${[\"b c\"].status} in []");
  ASSERT_EQ(read->references().size(), 2u);
  EXPECT_EQ(read->references()[0].alias, "a");
  EXPECT_EQ(read->references()[1].alias, "b c");
}

TEST(condition_reader_test, says_what_is_wrong_and_in_which_column) {
  std::vector<std::pair<std::string, std::string>> cases{
    {"", "column 1: it ends too early"},
    {"  ", "column 3: it ends too early"},
    {"1 <", "column 4: it ends too early"},
    {"1 = 1", "column 3: '=' is not expected here: compare with '=='"},
    {"(true", "column 6: ')' was expected, but it ends too early"},
    {"true)", "column 5: ')' is not expected here"},
    {"[1, 2", "column 6: ',' or ']' was expected, but it ends too early"},
    {"[1,]", "column 4: ']' is not expected here"},
    {"ingest.result", "column 1: 'ingest' is not expected here: strings are "
                      "put in quotes, references in ${}"},
    {"1 == 1 == 1", "column 8: comparisons do not chain: join them with 'and'"},
    {"1 < 2 not in [3]",
     "column 7: comparisons do not chain: join them with 'and'"},
    {"true and", "column 9: it ends too early"},
    {"'abc", "column 1: the string is not closed"},
    {"'a\\d'", "column 3: after \\ belongs one of \\ \" ' n t $"},
    {"'\u00e4\u00f6' < 01", "column 8: '01' is not a number"},
    {"1.2.3", "column 1: '1.2.3' is not a number"},
    {"-", "column 1: '-' is not a number"},
    {"1x", "column 1: '1x' is not a number"},
    {"'${a.status}' == 'failed'",
     "column 2: a reference in quotes is only text: write it without the "
     "quotes"},
    {"1 & 2", "column 3: '&' is not expected here"},
    {"truest", "column 1: 'truest' is not expected here: strings are put in "
               "quotes, references in ${}"},
  };
  for (auto& [text, problem] : cases)
    EXPECT_EQ(reading_problem(text), problem) << text;
  EXPECT_EQ(reading_problem("1 < ${a}").substr(0, 26),
            "column 5: ${a}: it does no");
}

TEST(condition_reader_test, nesting_is_bounded) {
  auto nested = [](std::string open, size_t depth, std::string close) {
    std::string text;
    for (size_t i = 0; i < depth; ++i)
      text += open;
    text += "true";
    for (size_t i = 0; i < depth; ++i)
      text += close;
    return text;
  };
  EXPECT_EQ(reading_problem(nested("(", 100, ")")), "");
  EXPECT_EQ(reading_problem(nested("(", 100'000, ")")),
            "column 101: it is nested too deeply");
  EXPECT_EQ(reading_problem(nested("not ", 100, "")), "");
  EXPECT_NE(reading_problem(nested("!", 100'000, "")), "");
  EXPECT_NE(reading_problem(nested("[", 100'000, "]")), "");
}

TEST(condition_reader_test, any_text_is_read_or_refused) {
  EXPECT_TRUE(rc::check([] {
    auto parts = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("1", "-2.5e3", "'x'", "\"", "true", "null",
                                    "${a.result}", "${", "==", "<=", "!", "not",
                                    "in", "and", "||", "(", ")", "[", "]", ",",
                                    " ", "\\", "\u00e4"));
    std::string text;
    for (auto& part : parts)
      text += part;
    auto read = parse_condition(text);
    if (!read)
      RC_ASSERT(read.error().message.starts_with("column "));
  }));
}

} // namespace troupe::core
