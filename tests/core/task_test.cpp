#include "core/task.hpp"

#include "tests/support/enum_names.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

TEST(task_test, names_what_happens_to_tasks) {
  support::expect_names_of_their_own(history_kind_last);
  EXPECT_EQ(to_string(history_kind::attempt_lost), "attempt_lost");
  EXPECT_EQ(to_string(history_kind::ended), "ended");
}

TEST(task_test, a_skipped_record_says_so) {
  task_record x;
  EXPECT_FALSE(x.was_skipped());
  EXPECT_FALSE(x.has_ended());
  x.status = task_status::cancelled;
  x.failure = error{ec::skipped, "its condition is false"};
  EXPECT_TRUE(x.was_skipped());
  EXPECT_TRUE(x.has_ended());
}

} // namespace troupe::core
