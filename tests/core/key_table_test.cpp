#include "core/key_table.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

namespace {

task_spec keyed(std::string submission, std::string unique = {},
                std::string owner = {}) {
  task_spec x;
  x.owner = std::move(owner);
  x.keys = submission_keys{std::move(submission), std::move(unique)};
  return x;
}

} // namespace

TEST(key_table_test, finds_places_by_either_key_of_an_owner) {
  key_table table;
  table.add(keyed("s", "u", "me"), 7);
  EXPECT_EQ(table.find(key_kind::submission, "me", "s"), 7u);
  EXPECT_EQ(table.find(key_kind::unique, "me", "u"), 7u);
  EXPECT_FALSE(table.find(key_kind::unique, "me", "s"));
  EXPECT_FALSE(table.find(key_kind::submission, "you", "s"));
  EXPECT_FALSE(table.find(key_kind::submission, "m", "es"));
  EXPECT_FALSE(table.find(key_kind::submission, "me", ""));
}

TEST(key_table_test, a_later_task_takes_a_key_over) {
  key_table table;
  table.add(keyed("", "u"), 1);
  table.add(keyed("", "u"), 2);
  table.erase(keyed("", "u"), 1);
  EXPECT_EQ(table.find(key_kind::unique, "", "u"), 2u);
  table.erase(keyed("", "u"), 2);
  EXPECT_TRUE(table.is_empty());
}

TEST(key_table_test, tasks_without_keys_leave_nothing) {
  key_table table;
  table.add({}, 1);
  EXPECT_TRUE(table.is_empty());
}

} // namespace troupe::core
