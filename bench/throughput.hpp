#pragma once

#include "bench/benchmark.hpp"

#include <string_view>
#include <vector>

namespace troupe::bench {

/// The rate that latency under load is derived from.
inline constexpr std::string_view throughput_maximum = "throughput/stream";

/// Tasks that do nothing through the runtime, from the first submission to the
/// last end, each way a client can submit.
std::vector<benchmark> throughput_benchmarks();

} // namespace troupe::bench
