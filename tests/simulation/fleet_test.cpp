// Whole fleets with random graphs, in virtual time and in a random order of
// messages, while connections break, hang and come back, nodes die, leave and
// return, and actors on either side and the manager itself are killed. Whatever
// happens: each task ends exactly once, none runs before its dependencies, no
// attempt runs in two places, and nothing is left. A seed that fails can be run
// alone: its number is in the name of the test.

#include "tests/simulation/random_fleet.hpp"
#include "tests/simulation/seeds.hpp"

namespace troupe::test {

class fleet_test : public ::testing::TestWithParam<uint64_t> {};

TEST_P(fleet_test, brings_every_task_to_one_end_on_any_node) {
  random_fleet world{GetParam()};
  world.run();
}

INSTANTIATE_TEST_SUITE_P(seeds, fleet_test, seeds(200), seed_name);

} // namespace troupe::test
