#pragma once

#include "bench/benchmark.hpp"

#include <chrono>
#include <functional>

namespace troupe::bench {

/// Runs `f` in a forked process, so that neither its heap nor its threads
/// disturb what is measured next. Call it while this process has one thread.
/// Throws std::runtime_error with what `f` threw, how the process died, or that
/// it was killed because it took longer than `timeout`.
sample run_isolated(const std::function<sample()>& f,
                    std::chrono::seconds timeout);

} // namespace troupe::bench
