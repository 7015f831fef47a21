#include "core/payload.hpp"

#include <gtest/gtest.h>

#include <string>

namespace troupe::core {

TEST(payload_test, is_null_by_default) {
  payload x;
  EXPECT_TRUE(x.is_null());
  EXPECT_TRUE(x.value().is_null());
  EXPECT_EQ(x.dump(), "null");
  EXPECT_EQ(x, payload(json(nullptr)));
}

TEST(payload_test, reads_braced_lists_as_json_does) {
  EXPECT_EQ((payload{{"name", "a"}, {"count", 2}}.dump()),
            R"({"count":2,"name":"a"})");
  EXPECT_EQ((payload{1, 2, 3}.dump()), "[1,2,3]");
}

TEST(payload_test, copies_share_one_value) {
  payload x{{"list", {1, 2, 3}}};
  auto y = x;
  EXPECT_EQ(&x.value(), &y.value());
  EXPECT_EQ(x, y);
}

TEST(payload_test, compares_by_value) {
  EXPECT_EQ((payload{{"a", 1}, {"b", 2}}), (payload{{"b", 2}, {"a", 1}}));
  EXPECT_NE((payload{{"a", 1}}), (payload{{"a", 2}}));
  EXPECT_NE(payload{}, payload(json(0)));
}

TEST(payload_test, parses_what_it_dumps) {
  payload x{{"text", "a \"quoted\" \u00e4"}, {"list", {1, 2.5, nullptr}}};
  EXPECT_EQ(payload::parse(x.dump()), x);
}

TEST(payload_test, replaces_invalid_utf8) {
  EXPECT_EQ(payload(json("a\xff")).dump(), "\"a\xef\xbf\xbd\"");
}

TEST(payload_test, names_line_and_column_of_a_mistake) {
  auto parsed = payload::parse("{\n  \"a\": tru\n}");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, ec::invalid_argument);
  EXPECT_TRUE(parsed.error().message.starts_with("line 2, column 11: "))
    << parsed.error().message;
  EXPECT_FALSE(payload::parse(""));
  EXPECT_FALSE(payload::parse("1 2"));
  EXPECT_FALSE(payload::parse("1e999"));
}

TEST(payload_test, refuses_deep_nesting) {
  auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(payload::parse(nested(payload::nesting_max)));
  EXPECT_TRUE(payload::parse(json(nested(10'000)).dump()));
  auto parsed = payload::parse(nested(1'000'000));
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message,
            "line 1, column 501: nested more than 500 levels deep");
}

} // namespace troupe::core
