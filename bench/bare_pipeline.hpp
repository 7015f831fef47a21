#pragma once

#include "bench/benchmark.hpp"

#include <string_view>
#include <vector>

namespace troupe::bench {

/// The bound that throughput is compared with.
inline constexpr std::string_view bare_pipeline_bound = "bare/sharing";

/// What CAF itself makes of five hops without any of Troupe's work: client ->
/// manager -> queue -> agent -> manager -> client, all tells, with at most a
/// thousand jobs under way.
std::vector<benchmark> bare_pipeline_benchmarks();

} // namespace troupe::bench
