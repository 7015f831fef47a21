#include "bench/footprint.hpp"

#include <malloc.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

namespace troupe::bench {

footprint footprint::now() {
  std::ifstream in{"/proc/self/statm"};
  double size = 0;
  double resident = 0;
  if (!(in >> size >> resident))
    throw std::runtime_error{"cannot read /proc/self/statm"};
  auto heap = mallinfo2();
  return {
    .resident = resident * static_cast<double>(sysconf(_SC_PAGESIZE)),
    .in_use = static_cast<double>(heap.uordblks + heap.hblkhd),
  };
}

} // namespace troupe::bench
