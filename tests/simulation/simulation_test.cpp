// Whole systems with random graphs, agents and queues, in virtual time and in a
// random order of messages, while agents come and go, queues pause, and tasks
// are cancelled. Whatever happens: each task ends exactly once, none runs
// before its dependencies or before a more urgent one of its line, no limit is
// exceeded, and nothing is left. A seed that fails can be run alone: its number
// is in the name of the test.

#include "tests/simulation/random_troupe.hpp"
#include "tests/simulation/seeds.hpp"

namespace troupe::test {

class simulation_test : public ::testing::TestWithParam<uint64_t> {};

TEST_P(simulation_test, brings_every_task_to_exactly_one_end) {
  random_troupe world{GetParam()};
  world.run();
}

INSTANTIATE_TEST_SUITE_P(seeds, simulation_test, seeds(), seed_name);

} // namespace troupe::test
