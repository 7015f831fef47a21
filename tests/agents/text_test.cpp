#include "agents/text.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace troupe::agents;
using troupe::core::ec;
using troupe::core::json;
using troupe::test::temporary_directory;

namespace {

std::string filled(const std::string& text, const json& data) {
  auto made = render_mustache(text, data, false);
  EXPECT_TRUE(made) << made.error().message;
  return made.value_or("");
}

std::string message_of(const json& parameters) {
  auto made = fill_template(parameters);
  EXPECT_FALSE(made);
  return made ? "" : made.error().message;
}

} // namespace

TEST(text_test, fills_in_values) {
  EXPECT_EQ(
    filled(
      "{{text}} {{whole}} {{part}} {{a.b}}.",
      {{"text", "x"}, {"whole", 3}, {"part", 0.5}, {"a", {{"b", "deep"}}}}),
    "x 3 0.5 deep.");
}

TEST(text_test, repeats_sections_for_lists) {
  EXPECT_EQ(
    filled(
      "{{#files}}{{name}}={{size}};{{/files}}"
      "{{#words}}<{{.}}>{{/words}}",
      {{"files", {{{"name", "a"}, {"size", 1}}, {{"name", "b"}, {"size", 2}}}},
       {"words", {"x", 7}}}),
    "a=1;b=2;<x><7>");
}

TEST(text_test, tags_on_lines_of_their_own_leave_no_lines) {
  EXPECT_EQ(filled("| a |\n{{#rows}}\n| {{x}} |\n{{/rows}}\n\nend\n",
                   {{"rows", {{{"x", 1}}, {{"x", 2}}}}}),
            "| a |\n| 1 |\n| 2 |\n\nend\n");
}

TEST(text_test, takes_null_false_and_nothing_for_no) {
  auto text = "{{#x}}yes{{/x}}{{^x}}no{{/x}}";
  EXPECT_EQ(filled(text, {{"x", true}}), "yes");
  EXPECT_EQ(filled(text, {{"x", false}}), "no");
  EXPECT_EQ(filled(text, {{"x", nullptr}}), "no");
  EXPECT_EQ(filled(text, {{"x", json::array()}}), "no");
  EXPECT_EQ(filled(text, json::object()), "no");
}

TEST(text_test, escapes_only_if_asked) {
  json data{{"x", "<&>"}};
  EXPECT_EQ(filled("{{x}}", data), "<&>");
  EXPECT_EQ(render_mustache("{{x}} {{{x}}}", data, true).value(),
            "&lt;&amp;&gt; <&>");
}

TEST(text_test, tells_line_and_column_of_a_mistake) {
  EXPECT_EQ(message_of({{"template", "a\nbc {{#x}} d"}}),
            "the template: Unclosed section \"x\" at line 2, column 4");
  EXPECT_EQ(message_of({{"template", "{{x"}}),
            "the template: Unclosed tag at line 1, column 1");
}

TEST(text_test, refuses_partials) {
  // With them, data that names itself would be included without end.
  EXPECT_EQ(message_of({{"template", "{{> x}}"}, {"data", {{"x", "{{> x}}"}}}}),
            "the template: partials are not supported: {{>x}}");
}

TEST(text_test, reads_the_template_from_a_file) {
  temporary_directory dir;
  auto path = dir.add("x.mustache", "Hello {{name}}!\n");
  auto made
    = fill_template({{"template_file", path}, {"data", {{"name", "you"}}}});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->value(), json({{"text", "Hello you!\n"}}));
  EXPECT_EQ(message_of({{"template_file", dir.path("none")}}),
            "cannot read '" + dir.path("none")
              + "': No such file or directory");
}

TEST(text_test, checks_its_parameters) {
  auto made = fill_template({{"template", "x"}, {"dta", 1}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ec::invalid_argument);
  EXPECT_EQ(fill_template({{"template", "x"}})->value()["text"], "x");
}
