#pragma once

#include "bench/benchmark.hpp"

#include <string_view>
#include <vector>

namespace troupe::bench {

/// The bound that nodes are compared with.
inline constexpr std::string_view bare_remote_bound = "bare/remote";

/// What CAF itself makes of a job that another process does: one message there
/// and one back over BASP and TCP on 127.0.0.1, each with the bytes that Troupe
/// says of a task, with at most a thousand jobs under way.
std::vector<benchmark> bare_remote_benchmarks();

} // namespace troupe::bench
