#include "cli/mistakes.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

TEST(mistakes_test, are_sorted_by_place_and_told_once) {
  mistakes x;
  x.add({3, 1}, "c");
  x.add({1, 5}, "b");
  x.add({1, 2}, "a");
  x.add({1, 5}, "d");
  x.add({1, 5}, "b");
  auto list = x.sorted();
  ASSERT_EQ(list.size(), 4u);
  EXPECT_EQ(list[0].message, "a");
  EXPECT_EQ(list[1].message, "b");
  EXPECT_EQ(list[2].message, "d");
  EXPECT_EQ(list[3].message, "c");
}

TEST(mistakes_test, are_written_as_compilers_do) {
  EXPECT_EQ(render("f.yaml", {{12, 5}, "oh"}), "f.yaml:12:5: error: oh");
  EXPECT_EQ(render("f.yaml", {{}, "oh"}), "f.yaml: error: oh");
}

TEST(mistakes_test, suggests_the_nearest_name_or_lists_few) {
  std::vector<std::string> names{"priority", "queue"};
  std::span<const std::string> all{names};
  EXPECT_EQ(suggest("prioritty", all), "; did you mean 'priority'?");
  EXPECT_EQ(suggest("xyzzy", all), "; valid are 'priority' and 'queue'");
  EXPECT_EQ(suggest("xyzzy", all.first(1)), "; valid is 'priority'");
  EXPECT_EQ(suggest("xyzzy", all.first(0)), "");
  names.assign(20, "something");
  EXPECT_EQ(suggest("xyzzy", std::span<const std::string>{names}), "");
}

TEST(mistakes_test, quotes_show_control_characters_and_are_short) {
  EXPECT_EQ(in_quotes("a\nb\tc\x01"), "'a\\nb\\tc\\x01'");
  EXPECT_EQ(in_quotes(std::string(100, 'x')),
            "'" + std::string(60, 'x') + "...'");
  // A character of two bytes is not cut in half.
  EXPECT_EQ(in_quotes(std::string(59, 'x') + "ää"),
            "'" + std::string(59, 'x') + "ä...'");
}

} // namespace troupe::cli
