#pragma once

#include "core/time.hpp"

#include <cstdint>

namespace troupe::core {

/// How long the records of ended tasks are kept. The oldest go first, in small
/// steps; whichever limit is reached first decides.
struct retention_settings {
  duration age = std::chrono::hours{1};
  uint64_t count = 1'000'000;
  /// Dead letters do not count, and have no age: they stay until somebody
  /// replays or drops them, or there are more than this.
  uint64_t dead_letters_max = 10'000;
};

} // namespace troupe::core
