#include "cli/names.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

TEST(names_test, are_words_that_references_can_take) {
  for (auto x : {"a", "_", "count-lines_2", "A1"})
    EXPECT_TRUE(is_name(x)) << x;
  for (auto x : {"", "1a", "-a", "a b", "a.b", "ä", "a/b"})
    EXPECT_FALSE(is_name(x)) << x;
  EXPECT_FALSE(is_name(std::string(101, 'a')));
}

TEST(names_test, says_what_is_wrong) {
  mistakes found;
  check_name("a task", "fine", {1, 1}, found);
  EXPECT_TRUE(found.empty());
  check_name("a task", "not fine", {1, 2}, found);
  EXPECT_EQ(found.sorted().at(0).message,
            "'not fine' is no name for a task: it takes letters, digits, '_' "
            "and '-', the first a letter or '_'");
}

} // namespace troupe::cli
