#include "core/json_fields.hpp"

#include "core/retry_settings.hpp"

#include <gtest/gtest.h>

#include <array>

namespace troupe::core {

namespace {

struct thing {
  std::string name = "unnamed";
  uint32_t count = 1;
  duration time{};
  backoff_kind kind = backoff_kind::fixed;
  std::vector<std::string> texts = {};
  std::map<std::string, std::string> pairs = {};
};

constexpr std::array<json_field<thing>, 6> fields{{
  {"name", read_member<&thing::name>},
  {"count", read_member<&thing::count>},
  {"time", read_member<&thing::time>},
  {"kind",
   [](json& from, thing& to) {
     return read_enum(from, to.kind, backoff_kind_last);
   }},
  {"texts", read_member<&thing::texts>},
  {"pairs", read_member<&thing::pairs>},
}};

/// What is wrong with the text.
std::string fields_problem(std::string_view text) {
  auto value = read_json(text);
  EXPECT_TRUE(value);
  thing to;
  auto read = read_fields(*value, to, fields);
  if (read)
    return "";
  EXPECT_EQ(read.error().code, ec::invalid_argument);
  return read.error().message;
}

} // namespace

TEST(json_fields_test, reads_what_is_there_and_leaves_the_rest) {
  auto value = read_json(R"({"count": 4294967295, "time": -5,
                             "kind": "linear", "texts": ["a", "b"]})");
  ASSERT_TRUE(value);
  thing to;
  ASSERT_TRUE(read_fields(*value, to, fields));
  EXPECT_EQ(to.name, "unnamed");
  EXPECT_EQ(to.count, UINT32_MAX);
  EXPECT_EQ(to.time, duration{-5});
  EXPECT_EQ(to.kind, backoff_kind::linear);
  EXPECT_EQ(to.texts, (std::vector<std::string>{"a", "b"}));
}

TEST(json_fields_test, refuses_a_field_it_does_not_know) {
  EXPECT_EQ(fields_problem(R"({"cuont": 1})"),
            "'cuont' is no field that is known here; it was written by another "
            "version of Troupe, or by something else");
}

TEST(json_fields_test, names_the_field_that_is_wrong) {
  EXPECT_EQ(fields_problem(R"({"name": 1})"),
            "name: is a number, not a string");
  EXPECT_EQ(fields_problem(R"({"count": -1})"),
            "count: -1 is not from 0 to 4294967295");
  EXPECT_EQ(fields_problem(R"({"count": 4294967296})"),
            "count: 4294967296 is not from 0 to 4294967295");
  EXPECT_EQ(fields_problem(R"({"count": 1.0})"),
            "count: is a number, not an integer");
  EXPECT_EQ(fields_problem(R"({"kind": "lineal"})"),
            "kind: 'lineal' is none of the names there are");
  EXPECT_EQ(fields_problem(R"({"texts": ["a", null]})"),
            "texts: 1: is null, not a string");
  EXPECT_EQ(fields_problem(R"({"pairs": {"a": []}})"),
            "pairs: a: is a list, not a string");
  EXPECT_EQ(fields_problem("[]"), "is a list, not an object");
}

TEST(json_fields_test, says_which_of_a_list_is_wrong) {
  auto value = read_json(R"([{"count": 1}, {"count": "one"}])");
  ASSERT_TRUE(value);
  std::vector<thing> to;
  auto read = read_list(*value, to, fields);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message, "1: count: is a string, not an integer");
}

TEST(json_fields_test, refuses_what_is_no_json) {
  auto read = read_json("{\"a\": ");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ec::invalid_argument);
  EXPECT_NE(read.error().message.find("line 1"), std::string::npos);
}

} // namespace troupe::core
