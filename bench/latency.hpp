#pragma once

#include "actors/runtime.hpp"
#include "bench/benchmark.hpp"

#include <chrono>
#include <span>
#include <vector>

namespace troupe::bench {

/// From the client's call of submit() to the first statement of the handler.
std::vector<benchmark> latency_benchmarks();

/// Where agents note when tasks with the parameters 0, 1, ... began.
using start_times = std::span<std::chrono::steady_clock::time_point>;

/// Notes it, and is done.
actors::handler note_start(start_times to);

/// Submits one task for each of `starts`, `rate` of them a second, and measures
/// how long it took from the call of submit() to the first statement of the
/// handler.
sample measure_latency(actors::runtime& at, start_times starts, double rate);

} // namespace troupe::bench
