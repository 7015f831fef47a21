#pragma once

#include "bench/benchmark.hpp"

#include <vector>

namespace troupe::bench {

/// What it costs that tasks outlive the process, beside SQLite alone.
std::vector<benchmark> journal_benchmarks();

} // namespace troupe::bench
