#include "cli/yaml_reader.hpp"

#include "cli/yaml_document.hpp"

#include <gtest/gtest.h>

#include <array>

namespace troupe::cli {

namespace {

constexpr std::array<std::string_view, 4> keys = {"a", "b", "long_key", "c"};

class yaml_reader_test : public ::testing::Test {
protected:
  mapping_reader read(const char* text) {
    root_ = *parse_yaml(text, found_);
    return mapping_reader{root_, {9, 9}, "thing 'x'", keys, found_};
  }

  std::string mistake() {
    return found_.empty() ? "" : render("f", found_.sorted().front());
  }

  yaml_node root_;
  mistakes found_;
};

} // namespace

TEST_F(yaml_reader_test, reads_each_type) {
  auto x = read("{a: 1.10, b: true, long_key: 90s, c: 7}");
  EXPECT_EQ(x.text("a"), "1.10");
  EXPECT_EQ(x.boolean("b"), true);
  EXPECT_EQ(x.duration("long_key"), std::chrono::seconds{90});
  EXPECT_EQ(x.count("c"), 7u);
  EXPECT_EQ(x.number("a", 0), 1.1);
  EXPECT_EQ(mistake(), "");
}

TEST_F(yaml_reader_test, reads_lists_and_maps) {
  auto x = read("{a: one, b: [1, two], c: {k: 1.10}}");
  EXPECT_EQ(x.texts("a"), std::vector<std::string>{"one"});
  EXPECT_EQ(x.texts("b"), (std::vector<std::string>{"1", "two"}));
  EXPECT_EQ(x.text_map("c").at("k"), "1.10");
  EXPECT_EQ(mistake(), "");
}

TEST_F(yaml_reader_test, what_is_not_there_is_nothing) {
  auto x = read("{a: }");
  EXPECT_EQ(x.text("a"), std::nullopt);
  EXPECT_EQ(x.text("b"), std::nullopt);
  EXPECT_EQ(mistake(), "");
  x.require("b");
  EXPECT_EQ(mistake(), "f:9:9: error: thing 'x' needs 'b'");
}

TEST_F(yaml_reader_test, unknown_keys_are_mistakes) {
  read("{long_kye: 1}");
  EXPECT_EQ(mistake(), "f:1:2: error: unknown key 'long_kye' in thing 'x'; did "
                       "you mean 'long_key'?");
}

TEST_F(yaml_reader_test, wrong_types_are_mistakes) {
  read("{a: yes}").boolean("a");
  EXPECT_EQ(mistake(), "f:1:5: error: 'a' of thing 'x' must be true or false, "
                       "not 'yes'");
  found_ = {};
  read("{a: -1}").count("a");
  EXPECT_EQ(mistake(), "f:1:5: error: 'a' of thing 'x' must be a whole number, "
                       "0 or more, not '-1'");
  found_ = {};
  read("{a: 7}").count("a", 1, 5);
  EXPECT_EQ(mistake(), "f:1:5: error: 'a' of thing 'x' must be a whole number, "
                       "1 to 5, not '7'");
  found_ = {};
  read("{a: [x]}").text("a");
  EXPECT_EQ(mistake(), "f:1:5: error: 'a' of thing 'x' must be text, not a "
                       "list");
  found_ = {};
  read("{a: soon}").duration("a");
  EXPECT_EQ(mistake(), "f:1:5: error: 'a' of thing 'x' must be a duration such "
                       "as '250ms', '1.5s' or '2m', not 'soon'");
}

TEST_F(yaml_reader_test, references_are_not_left_where_nobody_resolves_them) {
  read("{a: '${x.result}'}").text("a");
  EXPECT_EQ(mistake(), "f:1:5: error: '${x.result}' in 'a' of thing 'x': here "
                       "only vars, env, pipeline, item and index can be "
                       "referred to");
  found_ = {};
  EXPECT_EQ(read("{a: '$${x}'}").text("a"), "${x}");
  EXPECT_EQ(mistake(), "");
}

} // namespace troupe::cli
