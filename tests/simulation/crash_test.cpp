// A whole Troupe with a journal, in virtual time, whose process ends at any
// step, while commits fail now and then, and another one goes on. Whatever
// happens: what was accepted is not lost, what was told is so, nothing ends
// twice, what has ended does not run again, and all comes to its end at last. A
// seed that fails can be run alone: its number is in the name of the test.

#include "tests/simulation/crashing_troupe.hpp"
#include "tests/simulation/seeds.hpp"

namespace troupe::test {

class crash_test : public ::testing::TestWithParam<uint64_t> {};

TEST_P(crash_test, loses_nothing_that_was_accepted) {
  crashing_troupe world{GetParam()};
  world.run();
}

INSTANTIATE_TEST_SUITE_P(seeds, crash_test, seeds(), seed_name);

} // namespace troupe::test
