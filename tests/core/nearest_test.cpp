#include "core/nearest.hpp"

#include <gtest/gtest.h>

#include <array>

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
