#pragma once

#include "bench/benchmark.hpp"

#include <vector>

namespace troupe::bench {

/// What it costs that an attempt fails and is made again.
std::vector<benchmark> retry_benchmarks();

} // namespace troupe::bench
