#pragma once

#include "bench/benchmark.hpp"

#include <vector>

namespace troupe::bench {

/// How long a client waits for an answer while another one keeps the engine as
/// busy as it can.
std::vector<benchmark> saturation_benchmarks();

} // namespace troupe::bench
