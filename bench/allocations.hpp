#pragma once

#include <cstdint>

namespace troupe::bench {

/// What `operator new` has handed out.
struct allocation_count {
  uint64_t allocations = 0;
  uint64_t bytes = 0;
};

/// By all threads since the program began. What other threads are doing just
/// now may be missing.
allocation_count allocated() noexcept;

} // namespace troupe::bench
