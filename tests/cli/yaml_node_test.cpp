#include "cli/yaml_node.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

core::json plain(const char* text) {
  return scalar_to_json(make_scalar(text, {}, false));
}

} // namespace

TEST(yaml_node_test, plain_scalars_mean_what_yaml_1_2_says) {
  EXPECT_EQ(plain("true"), true);
  EXPECT_EQ(plain("false"), false);
  EXPECT_EQ(plain("null"), nullptr);
  EXPECT_EQ(plain("~"), nullptr);
  EXPECT_EQ(plain("12"), 12);
  EXPECT_TRUE(plain("12").is_number_unsigned());
  EXPECT_EQ(plain("-12"), -12);
  EXPECT_EQ(plain("+3"), 3);
  EXPECT_EQ(plain("1.5"), 1.5);
  EXPECT_EQ(plain("-1e3"), -1000.0);
  EXPECT_EQ(plain("-9223372036854775808"), INT64_MIN);
  EXPECT_TRUE(plain("99999999999999999999").is_number_float());
}

TEST(yaml_node_test, what_only_looks_like_a_number_is_text) {
  for (auto x : {"007", "0x10", "1.2.3", "1_000", "-", "+", ".", ".inf",
                 "1e999", "yes", "no", "True", "", "nan", "12 "})
    EXPECT_EQ(plain(x), x);
}

TEST(yaml_node_test, quoted_scalars_are_text) {
  EXPECT_EQ(scalar_to_json(make_scalar("12", {}, true)), "12");
  EXPECT_EQ(scalar_to_json(make_scalar("true", {}, true)), "true");
}

TEST(yaml_node_test, converts_what_is_nested) {
  yaml_node list;
  list.kind = yaml_kind::list;
  list.items = {make_scalar("1", {}, false), make_null({})};
  yaml_node map;
  map.kind = yaml_kind::mapping;
  map.entries = {{"k", {}, list}};
  EXPECT_EQ(to_json(map), (core::json{{"k", {1, nullptr}}}));
  ASSERT_NE(map.find("k"), nullptr);
  EXPECT_EQ(map.find("q"), nullptr);
}

} // namespace troupe::cli
