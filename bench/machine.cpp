#include "bench/machine.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <thread>

namespace troupe::bench {

namespace {

std::string processor() {
  std::ifstream in{"/proc/cpuinfo"};
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("model name"))
      if (auto at = line.find(": "); at != std::string::npos)
        return line.substr(at + 2);
  return "unknown";
}

double memory_gib() {
  auto pages = static_cast<double>(sysconf(_SC_PHYS_PAGES));
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 30);
}

std::string compiler() {
#ifdef __clang__
  return fmt::format("clang {}", __clang_version__);
#else
  return fmt::format("g++ {}", __VERSION__);
#endif
}

} // namespace

nlohmann::json describe_machine() {
  utsname system{};
  uname(&system);
  double load = 0;
  getloadavg(&load, 1);
  return {
    {"processor", processor()},
    {"cores", std::thread::hardware_concurrency()},
    {"memory_gib", memory_gib()},
    {"kernel", fmt::format("{} {}", system.sysname, system.release)},
    {"compiler", compiler()},
    {"build", TROUPE_BENCH_BUILD},
    {"caf", TROUPE_BENCH_CAF},
    {"load", load},
    {"at", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time({})))},
  };
}

} // namespace troupe::bench
