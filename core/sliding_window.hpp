#pragma once

#include "core/time.hpp"

#include <array>
#include <cstdint>

namespace troupe::core {

/// Counts calls and failures over the last `span` of time, in ten buckets: what
/// is older than `span` never counts, what is younger than nine tenths of it
/// always does. Takes constant time and memory.
class sliding_window {
public:
  struct totals {
    uint64_t calls = 0;
    uint64_t failures = 0;

    friend bool operator==(const totals&, const totals&) = default;
  };

  explicit sliding_window(duration span) noexcept;

  /// Calls may come in any order; one that is older than the window is dropped.
  void add(bool is_failure, time_point now) noexcept;

  totals count(time_point now) const noexcept;

  void clear() noexcept;

private:
  struct bucket {
    /// Which piece of time it is for, counting from 1970.
    int64_t number = -1;
    totals sum;
  };

  int64_t number_of(time_point x) const noexcept;

  duration width_;
  std::array<bucket, 10> buckets_;
};

} // namespace troupe::core
