#pragma once

#include "bench/benchmark.hpp"

#include <vector>

namespace troupe::bench {

/// Tasks whose agents are in other processes, which have joined over TCP on
/// 127.0.0.1.
std::vector<benchmark> node_benchmarks();

} // namespace troupe::bench
