#pragma once

#include "bench/benchmark.hpp"

#include <vector>

namespace troupe::bench {

/// Graphs of 100,000 tasks that do nothing, each submitted in one call: from
/// that call to the end of the last task.
std::vector<benchmark> graph_benchmarks();

} // namespace troupe::bench
