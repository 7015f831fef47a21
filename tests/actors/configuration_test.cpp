#include "actors/configuration.hpp"

#include "messages/type_ids.hpp"

#include <gtest/gtest.h>

namespace troupe::test {

TEST(configuration_test, has_as_many_threads_as_it_is_told_to) {
  actors::configuration config{3};
  caf::actor_system system{config};
  EXPECT_EQ(system.scheduler().num_workers(), 3u);
}

TEST(configuration_test, has_two_threads_at_least) {
  actors::configuration config;
  caf::actor_system system{config};
  EXPECT_GE(system.scheduler().num_workers(), 2u);
}

} // namespace troupe::test
