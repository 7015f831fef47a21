#include "cli/variables.hpp"

#include "tests/cli/loading.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

using testing::load;
using testing::mistake_list;

/// What `${vars.x}` is as an argument of a program.
std::string value(const std::string& vars, variable_settings settings = {}) {
  auto result = load("vars: " + vars + "\ntasks: {t: {argv: ['${vars.x}']}}",
                     std::move(settings));
  if (!result.value)
    return result.messages.at(0);
  auto& spec = result.value->groups[0].instances[0].spec;
  return spec.parameters.value()["argv"].dump();
}

} // namespace

TEST(variables_test, may_refer_to_each_other_in_any_order) {
  EXPECT_EQ(value("{x: 'a${vars.y}', y: '${vars.z}b', z: c}"), R"(["acb"])");
}

TEST(variables_test, must_not_refer_to_each_other_in_a_circle) {
  auto result = load("vars: {a: '${vars.b}', b: '${vars.a}'}\n"
                     "tasks: {t: {argv: [x]}}");
  EXPECT_EQ(result.messages,
            mistake_list{
              "f:1:24: error: vars refer to each other in a circle: a "
              "-> b -> a"});
}

TEST(variables_test, are_overridden_by_settings) {
  EXPECT_EQ(value("{x: a}", {{"x", "b: [${env.HOME}"}}),
            R"(["b: [$${env.HOME}"])");
  EXPECT_EQ(value("{x: 1}", {{"x", "2"}}), R"(["2"])");
  EXPECT_EQ(value("{x: [a]}", {{"x", "[b, c]"}}), R"([["b","c"]])");
  EXPECT_EQ(value("{x: }", {{"x", "b"}}), R"(["b"])");
}

TEST(variables_test, keep_their_kind) {
  EXPECT_EQ(value("{x: 1}", {{"x", "a"}}),
            "f: error: --set x: the var is a number, and 'a' is text");
  EXPECT_EQ(value("{x: [1]}", {{"x", "a"}}),
            "f: error: --set x: the var is a list, and 'a' is text");
}

TEST(variables_test, must_be_declared_and_have_a_value) {
  EXPECT_EQ(value("{x: 1}", {{"y", "a"}}),
            "f: error: --set y: the file has no var 'y'; valid is 'x'");
  EXPECT_EQ(value("{x: }"), "f:1:8: error: var 'x' has no value; give it one "
                            "here or by --set x=...");
}

} // namespace troupe::cli
