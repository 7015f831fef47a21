#pragma once

#include "bench/benchmark.hpp"

#include <vector>

namespace troupe::bench {

/// What a task takes up while it waits, when a million of them do.
std::vector<benchmark> memory_benchmarks();

} // namespace troupe::bench
