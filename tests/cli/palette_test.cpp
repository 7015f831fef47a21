#include "cli/palette.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

TEST(palette_test, colours_only_if_it_may) {
  EXPECT_EQ(palette{true}(paint::red, "x"), "\x1b[31mx\x1b[0m");
  EXPECT_EQ(palette{true}(paint::plain, "x"), "x");
  EXPECT_EQ(palette{true}(paint::red, ""), "");
  EXPECT_EQ(palette{false}(paint::red, "x"), "x");
}

} // namespace troupe::cli
