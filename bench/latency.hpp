#pragma once

#include "bench/benchmark.hpp"

#include <vector>

namespace troupe::bench {

/// From the client's call of submit() to the first statement of the handler.
std::vector<benchmark> latency_benchmarks();

} // namespace troupe::bench
