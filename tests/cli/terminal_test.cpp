#include "cli/terminal.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace troupe::cli {

TEST(terminal_test, a_pipe_is_none) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  EXPECT_FALSE(is_terminal(ends[1]));
  EXPECT_EQ(measure_screen(ends[1]).width, 80u);
  EXPECT_FALSE(wants_color(color_mode::automatic, ends[1]));
  EXPECT_TRUE(wants_color(color_mode::always, ends[1]));
  EXPECT_TRUE(write_all(ends[1], "hello"));
  std::array<char, 6> text{};
  EXPECT_EQ(::read(ends[0], text.data(), 5), 5);
  EXPECT_STREQ(text.data(), "hello");
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_FALSE(write_all(ends[1], "hello"));
}

TEST(terminal_test, the_variable_no_color_is_honoured) {
  auto terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  ASSERT_GE(terminal, 0);
  ::setenv("TERM", "xterm", 1);
  ::unsetenv("NO_COLOR");
  EXPECT_TRUE(wants_color(color_mode::automatic, terminal));
  EXPECT_FALSE(wants_color(color_mode::never, terminal));
  ::setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(wants_color(color_mode::automatic, terminal));
  EXPECT_TRUE(wants_color(color_mode::always, terminal));
  ::setenv("TERM", "dumb", 1);
  EXPECT_FALSE(is_terminal(terminal));
  ::close(terminal);
}

TEST(terminal_test, the_locale_says_if_there_is_unicode) {
  ::unsetenv("LC_CTYPE");
  ::unsetenv("LC_ALL");
  ::setenv("LANG", "C.UTF-8", 1);
  EXPECT_TRUE(measure_screen(-1).has_unicode);
  ::setenv("LC_ALL", "C", 1);
  EXPECT_FALSE(measure_screen(-1).has_unicode);
}

} // namespace troupe::cli
