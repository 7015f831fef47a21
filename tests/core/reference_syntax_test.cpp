#include "core/reference_syntax.hpp"

#include "tests/support/enum_names.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

namespace troupe::core {

namespace {

/// What comes after an alias, spelled out.
std::string spell(const reference& x) {
  std::string text{to_string(x.field)};
  if (x.is_list)
    text += "*";
  for (auto& step : x.path) {
    text += fmt::format("|{}", step.key);
    if (step.index)
      text += fmt::format("#{}", *step.index);
  }
  return text;
}

} // namespace

TEST(reference_syntax_test, names_every_field) {
  support::expect_names_of_their_own(reference_field_last);
}

TEST(reference_syntax_test, reads_fields_and_paths) {
  std::vector<std::pair<std::string, std::string>> cases{
    {"${a.result}", "result"},
    {"${a.status}", "status"},
    {"${a.error.code}", "error|code"},
    {"${a.id}", "id"},
    {"${a.results}", "result*"},
    {"${a.statuses[1]}", "status*|#1"},
    {"${a.errors}", "error*"},
    {"${a.ids}", "id*"},
    {"${a.result.path}", "result|path"},
    {"${a.result.files.0.size}", "result|files|0#0|size"},
    {"${a.result.files[12]}", "result|files|#12"},
    {"${a.result[\"odd name\"].x}", "result|odd name|x"},
    {"${a.result['it\\'s']}", "result|it's"},
    {"${a.result[\"0\"]}", "result|0"},
    {"${a.result[\"\"]}", "result|"},
    {"${a.result.12ab}", "result|12ab"},
    {"${ a.result.x }", "result|x"},
    {"${a.result.with-dash_and_9}", "result|with-dash_and_9"},
  };
  for (auto& [text, expected] : cases) {
    auto read = parse_reference(text);
    EXPECT_EQ(read.problem, "") << text;
    EXPECT_EQ(read.alias, "a") << text;
    EXPECT_EQ(spell(read), expected) << text;
    EXPECT_EQ(read.text, text);
  }
}

TEST(reference_syntax_test, reads_aliases_of_any_kind) {
  EXPECT_EQ(parse_reference("${count-words_2.result}").alias, "count-words_2");
  EXPECT_EQ(parse_reference("${7.result}").alias, "7");
  EXPECT_EQ(parse_reference("${[\"my } task\"].result}").alias, "my } task");
  EXPECT_EQ(parse_reference("${['x'].status}").alias, "x");
}

TEST(reference_syntax_test, stops_where_the_reference_ends) {
  EXPECT_EQ(parse_reference("${a.result} and ${b.result}").text, "${a.result}");
  EXPECT_EQ(parse_reference("${a.result[\"}\"]}}").text, "${a.result[\"}\"]}");
  EXPECT_EQ(parse_reference("${HOME}/bin").text, "${HOME}");
  EXPECT_EQ(parse_reference("${a b} ${").text, "${a b}");
  EXPECT_EQ(parse_reference("${a.result").text, "${a.result");
  EXPECT_EQ(parse_reference("${").text, "${");
}

TEST(reference_syntax_test, says_what_is_wrong) {
  std::vector<std::pair<std::string, std::string>> cases{
    {"${}", "it does not start with the name of a dependency"},
    {"${.result}", "it does not start with the name of a dependency"},
    {"${[0].result}", "it does not start with the name of a dependency"},
    {"${HOME}", "it does not say what of 'HOME': ${HOME.result}, .status, "
                ".error or .id"},
    {"${['a b']}", "it does not say what of 'a b': ${[\"a b\"].result}, "
                   ".status, .error or .id"},
    {"${a.reslut}", "'reslut' is not result, status, error or id (did you "
                    "mean 'result'?)"},
    {"${a.}", "'' is not result, status, error or id"},
    {"${a.result", "it is not closed with '}'"},
    {"${a.result.}", "a name is missing after '.'"},
    {"${a.result x}", "'x' is not part of a path: write [\"x...\"] for odd "
                      "names"},
    {"${a.result[x]}", "in [] belongs a number or a name in quotes"},
    {"${a.result[]}", "in [] belongs a number or a name in quotes"},
    {"${a.result[99999999999999999999]}",
     "in [] belongs a number or a name in quotes"},
    {"${a.result[1}", "a '[' is not closed with ']'"},
    {"${a.result['x}", "a quoted name is not closed"},
  };
  for (auto& [text, problem] : cases)
    EXPECT_EQ(parse_reference(text).problem,
              problem + " (for a literal ${ write $${)")
      << text;
}

TEST(reference_syntax_test, quoted_names_can_be_read_back) {
  EXPECT_EQ(quoted_name("plain-name_1"), "plain-name_1");
  EXPECT_EQ(quoted_name("odd name"), "[\"odd name\"]");
  EXPECT_EQ(quoted_name(""), "[\"\"]");
  EXPECT_TRUE(rc::check([](const std::string& name) {
    auto read = parse_reference("${" + quoted_name(name) + ".id}");
    RC_ASSERT(read.problem.empty());
    RC_ASSERT(read.alias == name);
  }));
}

TEST(reference_syntax_test, splits_text_at_references) {
  auto pieces = split_text("from ${a.result} to $${b} for $5 ${c.id}");
  ASSERT_EQ(pieces.size(), 4u);
  EXPECT_EQ(pieces[0].literal, "from ");
  EXPECT_EQ(pieces[1].what->alias, "a");
  EXPECT_EQ(pieces[2].literal, " to ${b} for $5 ");
  EXPECT_EQ(pieces[3].what->alias, "c");
  EXPECT_TRUE(split_text("").empty());
  EXPECT_EQ(split_text("$$${x}")[0].literal, "$${x}");
}

TEST(reference_syntax_test, pieces_cover_any_text) {
  EXPECT_TRUE(rc::check([] {
    auto parts = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("$", "{", "}", "${", "a", ".result", "[",
                                    "]", "\"", "'", "\\", " ", "0"));
    std::string text;
    for (auto& part : parts)
      text += part;
    size_t length = 0;
    size_t escapes = 0;
    for (auto& piece : split_text(text)) {
      length += piece.what ? piece.what->text.size() : piece.literal.size();
      for (size_t i = 0; !piece.what && i < piece.literal.size(); ++i)
        escapes += piece.literal.compare(i, 2, "${") == 0;
    }
    RC_ASSERT(length + escapes == text.size());
  }));
}

TEST(reference_syntax_test, notices_references_in_strings_only) {
  EXPECT_TRUE(has_references("${a.result}"));
  EXPECT_TRUE(has_references("$${a}"));
  EXPECT_TRUE(has_references({{"x", {1, {{"y", "- ${a.id}"}}}}}));
  EXPECT_FALSE(has_references({{"${a.id}", "$5 {x}"}}));
  EXPECT_FALSE(has_references(nullptr));
  EXPECT_FALSE(has_references(json::array()));
  EXPECT_FALSE(has_references(12));
}

TEST(reference_syntax_test, lists_references_with_their_places) {
  json value{{"a/b", {1, "x ${one.result} ${two.id}"}},
             {"c~", "${three}"},
             {"d", "plain"}};
  auto found = references_in(value);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].alias, "one");
  EXPECT_EQ(found[0].place, "/a~1b/1");
  EXPECT_EQ(found[1].alias, "two");
  EXPECT_EQ(found[2].text, "${three}");
  EXPECT_NE(found[2].problem, "");
  EXPECT_EQ(found[2].place, "/c~0");
  EXPECT_EQ(references_in("${a.id}")[0].place, "");
}

} // namespace troupe::core
