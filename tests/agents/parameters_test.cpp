#include "agents/parameters.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

using namespace troupe::agents;
using namespace std::chrono_literals;
using troupe::core::duration;
using troupe::core::ec;
using troupe::core::json;

using list = std::vector<std::string>;

TEST(parameters_test, has_fallbacks_for_what_is_not_given) {
  json none;
  parameters from{none};
  EXPECT_EQ(from.find("x"), nullptr);
  EXPECT_TRUE(from.flag("x", true));
  EXPECT_EQ(from.count("x", 7), 7U);
  EXPECT_EQ(from.text("x", "y"), "y");
  EXPECT_EQ(from.time("x", 2s), 2s);
  EXPECT_EQ(from.texts("x"), list{});
  EXPECT_EQ(from.arguments("x"), list{});
}

TEST(parameters_test, reads_times_as_numbers_and_text) {
  json given{{"a", 0.25}, {"b", 3}, {"c", "1m30s"}, {"d", 1e30}};
  parameters from{given};
  EXPECT_EQ(from.time("a", 0s), 250ms);
  EXPECT_EQ(from.time("b", 0s), 3s);
  EXPECT_EQ(from.time("c", 0s), 90s);
  EXPECT_EQ(from.time("d", 0s), duration::max());
}

TEST(parameters_test, takes_one_text_for_a_list_of_one) {
  json given{{"one", "a"}, {"two", {"a", "b"}}};
  EXPECT_EQ(parameters{given}.texts("one"), list{"a"});
  EXPECT_EQ(parameters{given}.texts("two"), (list{"a", "b"}));
}

TEST(parameters_test, puts_inner_lists_among_the_arguments) {
  json given{{"argv", {"cat", json::array({"a", "b"}), 5, 1.5, true}}};
  EXPECT_EQ(parameters{given}.arguments("argv"),
            (list{"cat", "a", "b", "5", "1.5", "true"}));
}

TEST(parameters_test, lines_end_with_the_line_end_or_the_text) {
  EXPECT_EQ(split_lines(""), json::array());
  EXPECT_EQ(split_lines("a"), json({"a"}));
  EXPECT_EQ(split_lines("a\n"), json({"a"}));
  EXPECT_EQ(split_lines("a\n\nb"), json({"a", "", "b"}));
  EXPECT_EQ(split_lines("\n"), json({""}));
}

TEST(parameters_test, tells_where_json_is_wrong) {
  EXPECT_EQ(parse_json("[1, 2]", "x").value(), json({1, 2}));
  auto wrong = parse_json("[1,\n 2", "'data.json'");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ec::handler_failed);
  EXPECT_TRUE(wrong.error().message.starts_with("'data.json' is not JSON: "))
    << wrong.error().message;
}

TEST(parameters_test, json_for_people_is_indented_and_valid) {
  EXPECT_EQ(pretty_json({{"a", 1}}), "{\n  \"a\": 1\n}\n");
  EXPECT_EQ(pretty_json("\xFF"), "\"\xEF\xBF\xBD\"\n");
}
