#include "core/agent_spec.hpp"

#include "tests/support/enum_names.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

TEST(agent_spec_test, names_every_status) {
  support::expect_names_of_their_own(agent_status_last);
  EXPECT_EQ(to_string(agent_status::offline), "offline");
}

} // namespace troupe::core
