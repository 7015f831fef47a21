#pragma once

#include "bench/benchmark.hpp"
#include "bench/statistics.hpp"

#include <chrono>
#include <cstdint>
#include <vector>

namespace troupe::bench {

/// How long each of `f(0)` to `f(count - 1)` takes; begins with the median.
template <class F>
sample times_of(uint64_t count, F f) {
  std::vector<double> times;
  times.reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    auto before = std::chrono::steady_clock::now();
    f(i);
    std::chrono::duration<double, std::micro> time{
      std::chrono::steady_clock::now() - before};
    times.push_back(time.count());
  }
  return {
    {"p50_us", percentile(times, 50), "us p50"},
    {"p99_us", percentile(times, 99), "us p99"},
    {"max_us", percentile(times, 100), "us max"},
  };
}

} // namespace troupe::bench
