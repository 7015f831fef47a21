#include "core/audit.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

using namespace std::chrono_literals;

TEST(audit_test, an_entry_has_to_meet_all_that_is_asked) {
  audit_entry x{time_point{10s}, "me", "cancel", {1, 2}, "why"};
  EXPECT_TRUE(matches({}, x));
  EXPECT_TRUE(matches({.task = {1, 2},
                       .by = "me",
                       .action = "cancel",
                       .since = time_point{10s},
                       .until = time_point{11s}},
                      x));
  EXPECT_FALSE(matches({.task = {1, 3}}, x));
  EXPECT_FALSE(matches({.by = "you"}, x));
  EXPECT_FALSE(matches({.action = "drop"}, x));
  EXPECT_FALSE(matches({.since = time_point{11s}}, x));
  EXPECT_FALSE(matches({.until = time_point{10s}}, x));
}

} // namespace troupe::core
