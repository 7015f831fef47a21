#include "core/nearest.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

using namespace troupe::core;

namespace {

constexpr std::array<std::string_view, 6> words
  = {"argv", "shell", "env", "clear_env", "capture_max", "x"};

} // namespace

TEST(nearest_test, finds_what_a_slip_of_the_fingers_meant) {
  EXPECT_EQ(nearest("agrv", words), "argv");
  EXPECT_EQ(nearest("shel", words), "shell");
  EXPECT_EQ(nearest("shelll", words), "shell");
  EXPECT_EQ(nearest("clearenv", words), "clear_env");
  EXPECT_EQ(nearest("capture_mx", words), "capture_max");
}

TEST(nearest_test, ignores_case) {
  EXPECT_EQ(nearest("SHELL", words), "shell");
}

TEST(nearest_test, swaps_of_neighbours_count_once) {
  EXPECT_EQ(nearest("nev", words), "env");
}

TEST(nearest_test, is_silent_when_nothing_is_near) {
  EXPECT_EQ(nearest("timeout", words), "");
  EXPECT_EQ(nearest("y", words), "");
  EXPECT_EQ(nearest("", words), "");
  EXPECT_EQ(nearest("anything", {}), "");
}

TEST(nearest_test, takes_the_first_of_equals) {
  std::array<std::string_view, 2> pair = {"bat", "cat"};
  EXPECT_EQ(nearest("rat", pair), "bat");
}

TEST(nearest_test, separators_hardly_count) {
  EXPECT_EQ(nearest("Clear-Env", words), "clear_env");
}

TEST(nearest_test, looks_at_no_long_names) {
  std::string text(5000, 'x');
  std::array<std::string_view, 1> same = {text};
  EXPECT_EQ(nearest(text, same), "");
  EXPECT_EQ(nearest("xxx", same), "");
}

TEST(nearest_test, renders_a_question) {
  EXPECT_EQ(did_you_mean("agrv", words), " (did you mean 'argv'?)");
  EXPECT_EQ(did_you_mean("timeout", words), "");
}
