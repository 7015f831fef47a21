#include "cli/frame_painter.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

TEST(frame_painter_test, redraws_in_place) {
  frame_painter x;
  EXPECT_EQ(x.paint({}, {"one", "two"}, 80), "one\x1b[K\ntwo\x1b[K\n\x1b[J");
  EXPECT_EQ(x.paint({"kept"}, {"three"}, 80),
            "\x1b[2A\rkept\x1b[K\nthree\x1b[K\n\x1b[J");
  EXPECT_EQ(x.erase(80), "\x1b[1A\r\x1b[J");
  EXPECT_EQ(x.erase(80), "");
}

TEST(frame_painter_test, knows_what_a_narrower_terminal_has_wrapped) {
  frame_painter x;
  x.paint({}, {std::string(30, 'x'), "\x1b[31m" + std::string(10, 'y')}, 40);
  EXPECT_EQ(x.erase(10), "\x1b[4A\r\x1b[J");
}

TEST(frame_painter_test, colours_take_no_columns) {
  EXPECT_EQ(visible_width("\x1b[31mab\x1b[0mc"), 3u);
  EXPECT_EQ(visible_width("\x1b[31"), 0u);
}

} // namespace troupe::cli
