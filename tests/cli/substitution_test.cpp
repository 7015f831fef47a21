#include "cli/substitution.hpp"

#include "cli/yaml_document.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

class substitution_test : public ::testing::Test {
protected:
  substitution_test() {
    vars_ = *parse_yaml("{n: 3, s: 'x', list: [a, {b: c}], d: 'a\"b'}", found_);
    names_.roots["vars"] = &vars_;
    names_.environment
      = [](std::string_view name) -> std::optional<std::string> {
      if (name == "HOME")
        return "/me/${x}";
      return std::nullopt;
    };
  }

  core::json apply(const char* text) {
    auto node = make_scalar(text, {1, 1}, false);
    substitution{found_}.apply(node, names_);
    return to_json(node);
  }

  std::string condition(const char* text) {
    auto node = make_scalar(text, {1, 1}, false);
    substitution{found_}.apply_to_condition(node, names_);
    return node.text;
  }

  std::string mistake() {
    return found_.empty() ? "" : found_.sorted().front().message;
  }

  mistakes found_;
  yaml_node vars_;
  scope names_;
};

} // namespace

TEST_F(substitution_test, one_reference_takes_the_value_with_its_type) {
  EXPECT_EQ(apply("${vars.n}"), 3);
  EXPECT_EQ(apply("${vars.list.1}"), (core::json{{"b", "c"}}));
  EXPECT_EQ(apply("${vars.list.1.b}"), "c");
  EXPECT_EQ(mistake(), "");
}

TEST_F(substitution_test, inside_text_it_becomes_text) {
  EXPECT_EQ(apply("${vars.n}${vars.n}"), "33");
  EXPECT_EQ(apply("a ${vars.s} ${other.result}"), "a x ${other.result}");
  apply("a ${vars.list}");
  EXPECT_EQ(mistake(), "'${vars.list}' is a list, which cannot stand inside of "
                       "text");
}

TEST_F(substitution_test, what_comes_from_outside_holds_no_references) {
  EXPECT_EQ(apply("${env.HOME}/a"), "/me/$${x}/a");
  EXPECT_EQ(apply("${env.NONE:-vi}"), "vi");
  EXPECT_EQ(mistake(), "");
  apply("${env.NONE}");
  EXPECT_EQ(mistake(), "'${env.NONE}': the environment has no 'NONE'; a "
                       "default is given by '${env.NONE:-value}'");
}

TEST_F(substitution_test, names_that_lead_nowhere_are_mistakes) {
  apply("${vars.lst}");
  EXPECT_EQ(mistake(), "'${vars.lst}': there is no 'lst'; did you mean "
                       "'list'?");
}

TEST_F(substitution_test, an_open_reference_is_a_mistake) {
  apply("echo ${vars.n");
  EXPECT_EQ(mistake(), "'${' without its '}' in 'echo ${vars.n'; write $${ if "
                       "it is meant as it stands");
}

TEST_F(substitution_test, conditions_get_literals) {
  EXPECT_EQ(condition("${a.result} > ${vars.n}"), "${a.result} > 3");
  EXPECT_EQ(condition("${vars.s} == 'x'"), "\"x\" == 'x'");
  EXPECT_EQ(condition("'${vars.s}' == \"${vars.d}\""), "'x' == \"a\\\"b\"");
}

TEST_F(substitution_test, what_is_put_in_is_bounded) {
  substitution small{found_, 10};
  auto node = make_scalar("${vars.list}${vars.s}", {1, 1}, false);
  for (int i = 0; i < 20; ++i) {
    auto copy = make_scalar("${vars.s}", {1, 1}, false);
    small.apply(copy, names_);
  }
  EXPECT_EQ(found_.size(), 1u);
  EXPECT_EQ(mistake(), "too much: what the references stand for is too large");
}

} // namespace troupe::cli
