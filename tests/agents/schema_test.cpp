#include "agents/schema.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

using namespace troupe::agents;
using troupe::core::ec;
using troupe::core::json;

namespace {

constexpr std::array<std::string_view, 2> words = {"json", "lines"};

constexpr parameter_schema all_types[] = {
  {.name = "flag", .type = parameter_type::boolean, .doc = ""},
  {.name = "count", .type = parameter_type::count, .doc = ""},
  {.name = "number", .type = parameter_type::number, .doc = ""},
  {.name = "text",
   .type = parameter_type::text,
   .doc = "",
   .is_required = true},
  {.name = "duration", .type = parameter_type::duration, .doc = ""},
  {.name = "texts", .type = parameter_type::texts, .doc = ""},
  {.name = "arguments", .type = parameter_type::arguments, .doc = ""},
  {.name = "environment", .type = parameter_type::environment, .doc = ""},
  {.name = "exit_codes", .type = parameter_type::exit_codes, .doc = ""},
  {.name = "object", .type = parameter_type::object, .doc = ""},
  {.name = "any", .type = parameter_type::any, .doc = ""},
  {.name = "word", .type = parameter_type::text, .doc = "", .choices = words},
};

constexpr capability_schema test_schema{
  .name = "test.do", .doc = "", .parameters = all_types, .results = {}};

constexpr parameter_schema alternatives[] = {
  {.name = "a", .doc = "", .one_of = "letter"},
  {.name = "b", .doc = "", .one_of = "letter"},
  {.name = "c", .doc = ""},
};

constexpr capability_schema either_schema{
  .name = "test.either", .doc = "", .parameters = alternatives, .results = {}};

using list = std::vector<std::string>;

/// The problems as "<at>: <message>"; the required parameter is added.
list problems(json parameters, references mode = references::resolved) {
  parameters.emplace("text", "x");
  list result;
  for (const auto& x : check_parameters(test_schema, parameters, mode))
    result.push_back(x.at + ": " + x.message);
  return result;
}

/// Of the other schema, the messages only.
list either_problems(const json& parameters) {
  list result;
  for (const auto& x :
       check_parameters(either_schema, parameters, references::resolved))
    result.push_back(x.message);
  return result;
}

} // namespace

TEST(schema_test, accepts_what_is_right) {
  json good{
    {"flag", true},
    {"count", 3},
    {"number", 0.5},
    {"duration", "1.5s"},
    {"texts", {"a", "b"}},
    {"arguments", {"ls", 1, true, json::array({"x", 2})}},
    {"environment", {{"A", "x"}, {"B", 1}, {"C", nullptr}}},
    {"exit_codes", {0, 255}},
    {"object", json::object()},
    {"any", nullptr},
    {"word", "lines"},
  };
  EXPECT_EQ(problems(good), list{});
  EXPECT_EQ(problems({{"duration", 2}, {"texts", "a"}, {"count", 2.0}}),
            list{});
}

TEST(schema_test, says_what_a_value_must_be) {
  EXPECT_EQ(problems({{"flag", "yes"}}),
            list{"/flag: 'flag' must be true or false, not string"});
  EXPECT_EQ(problems({{"count", -1}}),
            list{"/count: 'count' must be a whole number, 0 or more, not -1"});
  EXPECT_EQ(problems({{"count", 1.5}}),
            list{"/count: 'count' must be a whole number, 0 or more, not 1.5"});
  EXPECT_EQ(problems({{"number", "1"}}),
            list{"/number: 'number' must be a number, not string"});
  EXPECT_EQ(problems({{"number", -0.5}}),
            list{"/number: 'number' must not be negative"});
  EXPECT_EQ(problems({{"object", json::array()}}),
            list{"/object: 'object' must be an object, not array"});
  EXPECT_EQ(problems({{"texts", json::array()}}),
            list{"/texts: 'texts' must not be empty"});
}

TEST(schema_test, points_into_lists_and_objects) {
  EXPECT_EQ(problems({{"texts", {"a", 1}}}),
            list{"/texts/1: 'texts[1]' must be a string, not number"});
  EXPECT_EQ(problems({{"arguments", {"a", nullptr}}}),
            list{"/arguments/1: 'arguments[1]' must be a string or a number, "
                 "not null"});
  auto too_deep = json::array({"a", json::array({"b", json::array({"c"})})});
  EXPECT_EQ(problems({{"arguments", too_deep}}),
            list{"/arguments/1/1: 'arguments[1][1]' must be a string or a "
                 "number, not array"});
  EXPECT_EQ(problems({{"environment", {{"A", json::array()}}}}),
            list{"/environment/A: 'environment[A]' must be a string, a number "
                 "or null, not array"});
  EXPECT_EQ(problems({{"exit_codes", {0, 256}}}),
            list{"/exit_codes/1: 'exit_codes[1]' must be a whole number from "
                 "0 to 255"});
}

TEST(schema_test, refuses_names_no_variable_can_have) {
  auto found = check_parameters(test_schema,
                                {{"text", ""}, {"environment", {{"A=B", "x"}}}},
                                references::resolved);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].at, "/environment/A=B");
  EXPECT_TRUE(found[0].is_about_name);
}

TEST(schema_test, names_the_nearest_parameter) {
  auto found = check_parameters(test_schema, {{"text", ""}, {"cuont", 1}},
                                references::resolved);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].at, "/cuont");
  EXPECT_TRUE(found[0].is_about_name);
  EXPECT_EQ(found[0].message,
            "test.do has no parameter 'cuont' (did you mean 'count'?)");
}

TEST(schema_test, lists_the_parameters_if_none_is_near) {
  EXPECT_EQ(either_problems({{"a", 1}, {"zzz", 1}}),
            list{"test.either has no parameter 'zzz'; it has a, b, c"});
}

TEST(schema_test, names_the_nearest_choice) {
  EXPECT_EQ(problems({{"word", "line"}}),
            list{"/word: 'word' must be one of json, lines, not 'line' (did "
                 "you mean 'lines'?)"});
}

TEST(schema_test, misses_what_is_required) {
  auto found = check_parameters(test_schema, nullptr, references::resolved);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].at, "");
  EXPECT_EQ(found[0].message, "test.do needs 'text'");
}

TEST(schema_test, wants_exactly_one_of_a_group) {
  EXPECT_EQ(either_problems({{"c", 1}}), list{"test.either needs 'a' or 'b'"});
  EXPECT_EQ(either_problems({{"a", 1}, {"b", 1}}),
            list{"test.either takes either 'a' or 'b', not both"});
  EXPECT_EQ(either_problems({{"b", 1}}), list{});
}

TEST(schema_test, leaves_references_open_only_while_they_are) {
  json open{
    {"flag", "${a.result}"},
    {"count", "${a.result}"},
    {"duration", "${a.result}s"},
    {"texts", "${a.result}"},
    {"arguments", "${a.result}"},
    {"environment", "${a.result}"},
    {"exit_codes", json::array({"${a.result}"})},
    {"object", "${a.result}"},
    {"word", "${a.result}"},
  };
  EXPECT_EQ(problems(open, references::allowed), list{});
  // A string is a good value for `texts` in any case.
  EXPECT_EQ(problems(open, references::resolved).size(), open.size() - 1);
}

TEST(schema_test, finds_wrong_names_of_open_values) {
  EXPECT_EQ(problems({{"flg", "${a.result}"}}, references::allowed).size(), 1U);
}

TEST(schema_test, parameters_must_be_an_object) {
  EXPECT_EQ(either_problems(json::array()),
            list{"the parameters of test.either must be an object, not array"});
}

TEST(schema_test, one_error_names_all_problems) {
  auto valid = require_valid(test_schema, {{"cuont", 1}, {"flag", 1}});
  ASSERT_FALSE(valid);
  EXPECT_EQ(valid.error().code, ec::invalid_argument);
  EXPECT_TRUE(valid.error().is_permanent);
  EXPECT_EQ(valid.error().message,
            "test.do has no parameter 'cuont' (did you mean 'count'?); 'flag' "
            "must be true or false, not number; test.do needs 'text'");
  EXPECT_TRUE(require_valid(test_schema, {{"text", ""}}));
}

TEST(schema_test, every_type_has_words) {
  for (const auto& parameter : all_types)
    EXPECT_NE(describe(parameter.type), "?") << parameter.name;
}
