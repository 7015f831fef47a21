#include "cli/text_width.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace troupe::cli {

TEST(text_width_test, counts_columns) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("äöü"), 3u);
  EXPECT_EQ(display_width("日本"), 4u);
  EXPECT_EQ(display_width("e\u0301"), 1u);
  EXPECT_EQ(display_width("🎭"), 2u);
  EXPECT_EQ(display_width("\xff\xfe"), 2u);
  EXPECT_EQ(display_width(""), 0u);
}

TEST(text_width_test, shortens_and_fills_up) {
  EXPECT_EQ(shorten("abcdef", 4), "abc…");
  EXPECT_EQ(shorten("abcd", 4), "abcd");
  EXPECT_EQ(shorten("日本語", 4), "日…");
  EXPECT_EQ(shorten("abc", 0), "");
  EXPECT_EQ(fit("ab", 4), "ab  ");
  EXPECT_EQ(fit("日本語", 4), "日… ");
  EXPECT_EQ(fit_right("ab", 4), "  ab");
}

TEST(text_width_test, nothing_printable_moves_the_cursor) {
  EXPECT_EQ(printable("a\x1b[2Jb\nc\td\x7f"), "a?[2Jb c d?");
  EXPECT_EQ(printable("x\u202ey\u009bz"), "x?y?z");
  EXPECT_EQ(printable("ä\xffö"), "ä?ö");
}

TEST(text_width_test, never_wider_than_asked_whatever_the_bytes) {
  EXPECT_TRUE(rc::check([](const std::string& text) {
    auto width = *rc::gen::inRange<size_t>(0, 20);
    auto shown = printable(text);
    RC_ASSERT(display_width(shorten(shown, width)) <= width);
    RC_ASSERT(display_width(fit(shown, width)) == width);
    RC_ASSERT(display_width(fit_right(shown, width)) == width);
  }));
}

} // namespace troupe::cli
