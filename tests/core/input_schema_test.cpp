#include "core/input_schema.hpp"

#include <gtest/gtest.h>

#include <string>

namespace troupe::core {

namespace {

/// `taken`, or why not.
std::string schema(const json& x) {
  auto ok = check_schema(x);
  if (!ok) {
    EXPECT_TRUE(ok.error().is_permanent);
  }
  return ok ? "taken" : to_string(ok.error());
}

std::string value(const json& schema, const json& x) {
  EXPECT_TRUE(check_schema(schema)) << schema;
  auto ok = check_value(schema, x);
  return ok ? "taken" : to_string(ok.error());
}

} // namespace

// -- schemas ------------------------------------------------------------------

TEST(input_schema_test, takes_all_keywords_it_names) {
  EXPECT_EQ(schema(nullptr), "taken");
  EXPECT_EQ(schema(json::object()), "taken");
  EXPECT_EQ(schema(json::parse(R"({
    "title": "t", "description": "d", "default": 1, "examples": [1],
    "type": ["object", "null"], "required": ["a"],
    "additionalProperties": false,
    "properties": {
      "a": {"type": "integer", "minimum": 0, "maximum": 1.5},
      "b": {"type": "string", "minLength": 1, "maxLength": 3},
      "c": {"type": "array", "items": {"enum": [1, 2]}, "minItems": 1,
            "maxItems": 2},
      "d": {"const": 7}}})")),
            "taken");
}

TEST(input_schema_test, refuses_what_it_would_not_check) {
  EXPECT_EQ(schema({{"minimun", 1}}),
            "invalid_argument: the schema: 'minimun' is not a keyword that is "
            "known here (did you mean 'minimum'?)");
  EXPECT_TRUE(schema({{"pattern", "a*"}}).find("'pattern' is not a keyword")
              != std::string::npos);
}

TEST(input_schema_test, says_what_is_wrong_with_a_schema_and_where) {
  EXPECT_EQ(schema("text"),
            "invalid_argument: the schema: must be an object, not a string");
  EXPECT_EQ(
    schema(json::parse(R"({"properties": {"a/b": {"type": "strin"}}})")),
    "invalid_argument: the schema: /properties/a~1b/type: 'strin' is "
    "not a type (did you mean 'string'?); there are null, boolean, "
    "integer, number, string, array, object");
  EXPECT_EQ(schema(json::parse(
              R"({"type": [], "enum": [], "minimum": "1", "maxLength": -1,
                  "items": 3, "properties": [], "required": [1],
                  "additionalProperties": {}})")),
            "invalid_argument: the schema: "
            "/additionalProperties: must be true or false, not an object; "
            "/enum: must be a list of at least one value; "
            "/items: must be an object, not a number; "
            "/maxLength: must be a whole number from 0; "
            "/minimum: must be a number, not a string; "
            "/properties: must be an object, not a list; "
            "/required: must be a list of names; "
            "/type: must name at least one type");
}

// -- values -------------------------------------------------------------------

TEST(input_schema_test, takes_everything_where_nothing_is_said) {
  for (auto& x : {json(), json(1), json("a"), json::array(), json::object()}) {
    EXPECT_EQ(value(nullptr, x), "taken");
    EXPECT_EQ(value(json::object(), x), "taken");
  }
}

TEST(input_schema_test, knows_the_types_of_json) {
  EXPECT_EQ(value({{"type", "integer"}}, 3), "taken");
  EXPECT_EQ(value({{"type", "integer"}}, 3.0), "taken");
  EXPECT_EQ(value({{"type", "integer"}}, 3.5),
            "invalid_argument: must be of type integer, not a number");
  EXPECT_EQ(value({{"type", "number"}}, 3.5), "taken");
  EXPECT_EQ(value({{"type", "boolean"}}, true), "taken");
  EXPECT_EQ(value({{"type", "null"}}, nullptr), "taken");
  EXPECT_EQ(value({{"type", "object"}}, json::array()),
            "invalid_argument: must be of type object, not a list");
  EXPECT_EQ(value({{"type", {"string", "null"}}}, 1),
            "invalid_argument: must be of one of the types string, null, not a "
            "number");
}

TEST(input_schema_test, keeps_numbers_and_lengths_within_bounds) {
  const json number{{"minimum", 1}, {"maximum", 5}};
  EXPECT_EQ(value(number, 5), "taken");
  EXPECT_EQ(value(number, 0.5),
            "invalid_argument: must be at least 1, not 0.5");
  EXPECT_EQ(value(number, 6), "invalid_argument: must be at most 5, not 6");
  const json text{{"minLength", 2}, {"maxLength", 3}};
  EXPECT_EQ(value(text, "äöü"), "taken");
  EXPECT_EQ(value(text, "ä"),
            "invalid_argument: must have a length of at least 2, not 1");
  const json list{{"minItems", 1}, {"maxItems", 2}};
  EXPECT_EQ(value(list, {1, 2, 3}),
            "invalid_argument: must have a length of at most 2, not 3");
  // As in JSON Schema, they say nothing of other types.
  EXPECT_EQ(value(number, "text"), "taken");
}

TEST(input_schema_test, takes_only_what_is_listed) {
  EXPECT_EQ(value({{"enum", {"yes", "no"}}}, "yes"), "taken");
  EXPECT_EQ(value({{"enum", {"yes", "no"}}}, "maybe"),
            "invalid_argument: must be one of [\"yes\",\"no\"], not \"maybe\"");
  EXPECT_EQ(value({{"const", 7}}, 8), "invalid_argument: must be 7, not 8");
}

TEST(input_schema_test, names_every_place_that_is_wrong) {
  auto order = json::parse(R"({
    "type": "object", "required": ["items", "by"],
    "additionalProperties": false,
    "properties": {
      "by": {"type": "string"},
      "items": {"type": "array", "items": {"type": "object",
        "properties": {"count": {"type": "integer", "minimum": 1}}}}}})");
  EXPECT_EQ(value(order,
                  json::parse(R"({"by": "me", "items": [{"count": 1}]})")),
            "taken");
  EXPECT_EQ(value(order, json::parse(
                           R"({"items": [{"count": 1}, {"count": 0},
                                         {"count": "2"}], "what": 1})")),
            "invalid_argument: 'by' is missing; "
            "/items/1/count: must be at least 1, not 0; "
            "/items/2/count: must be of type integer, not a string; "
            "'what' is not expected");
}

} // namespace troupe::core
