// Whole systems with random graphs, agents and queues, in virtual time and in a
// random order of messages, while agents come and go, queues pause, and tasks
// are cancelled. Whatever happens: each task ends exactly once, none runs
// before its dependencies or before a more urgent one of its line, no limit is
// exceeded, and nothing is left. A seed that fails can be run alone: its number
// is in the name of the test.

#include "tests/simulation/random_troupe.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace troupe::test {

class simulation_test : public ::testing::TestWithParam<uint64_t> {};

TEST_P(simulation_test, brings_every_task_to_exactly_one_end) {
  random_troupe world{GetParam()};
  world.run();
}

namespace {

uint64_t number_of(const char* variable, uint64_t otherwise) {
  auto* text = std::getenv(variable);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

/// TROUPE_SEEDS of them, from TROUPE_SEED_FIRST on.
auto seeds() {
  auto first = number_of("TROUPE_SEED_FIRST", 1);
  return ::testing::Range(first, first + number_of("TROUPE_SEEDS", 400));
}

} // namespace

INSTANTIATE_TEST_SUITE_P(seeds, simulation_test, seeds(),
                         [](const auto& x) { return std::to_string(x.param); });

} // namespace troupe::test
