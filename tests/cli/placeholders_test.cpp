#include "cli/placeholders.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace troupe::cli {

namespace {

/// Pieces as text, references in angle brackets.
std::string shown(std::string_view text) {
  std::string result;
  for (auto& x : split_references(text).pieces)
    result += x.is_reference ? "<" + std::string{x.text} + ">"
                             : std::string{x.text};
  return result;
}

} // namespace

TEST(placeholders_test, splits_text_at_references) {
  EXPECT_EQ(shown("a ${b.c} d${e}"), "a <b.c> d<e>");
  EXPECT_EQ(shown("$${a} $x {y} $"), "$${a} $x {y} $");
  EXPECT_EQ(shown("${a[\"}\"]}x"), "<a[\"}\"]>x");
  EXPECT_EQ(shown(""), "");
  EXPECT_TRUE(split_references("${a}").is_one_reference());
  EXPECT_FALSE(split_references("${a} ").is_one_reference());
  EXPECT_FALSE(split_references("x ${a").is_closed);
}

TEST(placeholders_test, takes_references_apart) {
  EXPECT_EQ(head_of("vars.out.0"), "vars");
  EXPECT_EQ(head_of("item"), "item");
  EXPECT_EQ(head_of("a[0]"), "a");
  EXPECT_EQ(path_of("vars.out.0"), (std::vector<std::string_view>{"out", "0"}));
  EXPECT_TRUE(path_of("item").empty());
}

TEST(placeholders_test, escaping_leaves_no_reference_and_can_be_undone) {
  EXPECT_TRUE(rc::check([] {
    auto text
      = *rc::gen::container<std::string>(rc::gen::element('$', '{', '}', 'a'));
    auto escaped = escape_references(text);
    RC_ASSERT(!split_references(escaped).has_references());
  }));
  EXPECT_EQ(unescape_references(escape_references("a ${b} $")), "a ${b} $");
}

} // namespace troupe::cli
