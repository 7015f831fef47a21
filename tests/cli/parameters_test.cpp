#include "cli/parameters.hpp"

#include "agents/capabilities.hpp"
#include "cli/yaml_document.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

class parameters_test : public ::testing::Test {
protected:
  core::json convert(const char* capability, const char* text) {
    node_ = *parse_yaml(text, found_);
    return parameters_to_json(node_, *agents::schema_of(capability));
  }

  std::vector<std::string> check(const char* capability, const char* text) {
    auto value = convert(capability, text);
    check_parameters(node_, value, *agents::schema_of(capability), {9, 9},
                     "task 't'", found_);
    return messages();
  }

  std::vector<std::string> messages() {
    std::vector<std::string> result;
    for (auto& x : found_.sorted())
      result.push_back(render("f", x));
    return result;
  }

  yaml_node node_;
  mistakes found_;
};

using strings = std::vector<std::string>;

} // namespace

TEST_F(parameters_test, text_keeps_its_spelling_and_the_rest_its_type) {
  EXPECT_EQ(convert("process.run", "{argv: [a, 1.10, true], env: {A: 1, B: }, "
                                   "check: false, capture_max: 5}"),
            (core::json{{"argv", {"a", "1.10", "true"}},
                        {"env", {{"A", "1"}, {"B", nullptr}}},
                        {"check", false},
                        {"capture_max", 5}}));
  EXPECT_EQ(convert("text.template", "{template: 12, data: {n: 1, s: '1'}}"),
            (core::json{{"template", "12"}, {"data", {{"n", 1}, {"s", "1"}}}}));
}

TEST_F(parameters_test, mistakes_are_where_they_stand) {
  auto found = check("process.run", "{argv: [a, {b: c}],\n chekc: true}");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_TRUE(found[0].starts_with("f:1:12: error: task 't': "));
  EXPECT_TRUE(found[1].starts_with("f:2:2: error: task 't': "));
}

TEST_F(parameters_test, what_is_missing_is_told_at_the_task) {
  auto found = check("file.read", "{}");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0].starts_with("f:9:9: error: task 't': file.read needs"));
}

TEST_F(parameters_test, references_are_to_aliases) {
  node_ = *parse_yaml("[\"${a.result.x} ${a.status}\", {k: \"${b.result}\"}, "
                      "\"$${c.result}\"]",
                      found_);
  strings aliases{"a"};
  check_references(node_, aliases, "task 't'", found_);
  EXPECT_EQ(messages(),
            strings{"f:1:35: error: '${b.result}' in task 't': 'b' is none of "
                    "its 'needs'; valid are 'a', 'vars', 'env' and "
                    "'pipeline'"});
}

TEST_F(parameters_test, references_can_be_understood) {
  node_ = make_scalar("${a.rslt}", {1, 1});
  strings aliases{"a"};
  check_references(node_, aliases, "task 't'", found_);
  ASSERT_EQ(found_.size(), 1u);
}

TEST_F(parameters_test, finds_what_could_not_be_made_out) {
  node_ = *parse_yaml("{a: [1, {b: 2}]}", found_);
  EXPECT_FALSE(has_broken(node_));
  node_.entries[0].value.items[1].entries[0].value = make_null({}, true);
  EXPECT_TRUE(has_broken(node_));
}

} // namespace troupe::cli
