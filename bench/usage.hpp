#pragma once

#include "bench/allocations.hpp"
#include "bench/benchmark.hpp"

#include <chrono>
#include <cstdint>

namespace troupe::bench {

/// What this process has used up to a moment.
struct usage {
  std::chrono::steady_clock::time_point at;
  /// Of all threads, in user and in kernel mode.
  std::chrono::microseconds cpu{};
  /// How often a thread went to sleep.
  uint64_t waits = 0;
  allocation_count memory;

  static usage now();
};

/// What each of `tasks` has cost between the two; begins with tasks per second.
sample cost_per_task(const usage& from, const usage& to, uint64_t tasks);

} // namespace troupe::bench
