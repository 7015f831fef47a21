#include "bench/usage.hpp"

#include <sys/resource.h>

namespace troupe::bench {

namespace {

std::chrono::microseconds to_duration(const timeval& x) {
  return std::chrono::seconds{x.tv_sec} + std::chrono::microseconds{x.tv_usec};
}

} // namespace

usage usage::now() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return {
    .at = std::chrono::steady_clock::now(),
    .cpu = to_duration(used.ru_utime) + to_duration(used.ru_stime),
    .waits = static_cast<uint64_t>(used.ru_nvcsw),
    .memory = allocated(),
  };
}

sample cost_per_task(const usage& from, const usage& to, uint64_t tasks) {
  using microseconds = std::chrono::duration<double, std::micro>;
  auto n = static_cast<double>(tasks);
  auto elapsed = microseconds{to.at - from.at}.count();
  auto allocations = to.memory.allocations - from.memory.allocations;
  auto bytes = to.memory.bytes - from.memory.bytes;
  return {
    {"tasks_per_second", n * 1e6 / elapsed, "tasks/s"},
    {"us_per_task", elapsed / n, "us/task"},
    {"cpu_us_per_task", microseconds{to.cpu - from.cpu}.count() / n, "us cpu"},
    {"allocations_per_task", static_cast<double>(allocations) / n, "allocs"},
    {"bytes_per_task", static_cast<double>(bytes) / n, "B allocated"},
    {"waits_per_task", static_cast<double>(to.waits - from.waits) / n, "waits"},
  };
}

} // namespace troupe::bench
