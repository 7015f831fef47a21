#include "cli/table.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

table two_columns() {
  return table{{{"name", false, true}, {"n", true}, {"why", false, true}}};
}

} // namespace

TEST(table_test, aligns_columns) {
  auto x = two_columns();
  EXPECT_TRUE(x.empty());
  x.add({"a", "1", "b"});
  x.add({"longer", "100", ""});
  EXPECT_EQ(x.render(80, palette{}), "name      n  why\n"
                                     "a         1  b\n"
                                     "longer  100\n");
}

TEST(table_test, shrinks_the_widest_first_if_there_is_no_room) {
  auto x = two_columns();
  x.add({"0123456789abcdef", "1", "0123456789"});
  EXPECT_EQ(x.render(25, palette{}), "name        n  why\n"
                                     "012345678\u2026  1  0123456789\n");
  auto narrow = x.render(10, palette{});
  EXPECT_EQ(narrow, "name      n  why\n"
                    "0123456\u2026  1  0123456\u2026\n");
}

TEST(table_test, lets_nothing_through_that_moves_the_cursor) {
  auto x = two_columns();
  x.add({"a\x1b[2J", "1", "b\nc"});
  EXPECT_EQ(x.render(80, palette{}).find('\x1b'), std::string::npos);
  EXPECT_NE(x.render(80, palette{}).find("b c"), std::string::npos);
}

TEST(table_test, takes_rows_that_are_too_short) {
  auto x = two_columns();
  x.add({"a"});
  EXPECT_EQ(x.render(80, palette{}), "name  n  why\na\n");
}

} // namespace troupe::cli
