#include "core/journal_settings.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

using namespace std::chrono_literals;

TEST(journal_settings_test, the_defaults_make_sense) {
  EXPECT_TRUE(check(journal_settings{}));
}

TEST(journal_settings_test, names_all_that_makes_no_sense) {
  journal_settings x;
  x.relaxed_delay = -1s;
  x.audit.age = -1h;
  x.sweep_interval = 0s;
  x.queues = {{"a", {}}, {"a", {.age = -1h}}, {}};
  EXPECT_EQ(
    check(x).error().message,
    "journal settings: relaxed_delay: is negative; audit.age: is negative; "
    "sweep_interval: must be more than zero; queues[1].queue: 'a' is there "
    "twice; "
    "queues[1].keep.age: is negative; queues[2].queue: is empty");
}

} // namespace troupe::core
