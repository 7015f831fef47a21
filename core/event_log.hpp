#pragma once

#include "core/event.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace troupe::core {

/// Events that can be read, in the order of their sequence numbers.
struct event_slice {
  /// Events before `events` that are no longer there.
  uint64_t dropped = 0;
  /// Valid until the next append().
  std::span<const event> events = {};
  /// From where to read on: the number after the last of `events`.
  uint64_t next = 1;
};

/// The last events, numbered without gaps: what observers resume from.
class event_log {
public:
  /// How many are kept at most, at least 1. Takes memory as it fills.
  explicit event_log(size_t capacity = 65536);

  /// Numbers the events, in order, and keeps them in place of the oldest.
  void append(std::vector<event>&& events);

  /// The oldest number kept; `last() + 1` if there is none.
  uint64_t first() const noexcept {
    return last_ + 1 - ring_.size();
  }

  /// The newest number given; 0 before any.
  uint64_t last() const noexcept {
    return last_;
  }

  size_t size() const noexcept {
    return ring_.size();
  }

  /// Up to `max` events from number `from` on (0 counts as 1). May hold fewer
  /// although more follow: read on at `next` until it is beyond last(). A
  /// number that was not given yet reads nothing.
  event_slice read(uint64_t from, size_t max) const noexcept;

private:
  size_t capacity_;
  /// Event n is at (n - 1) % capacity_.
  std::vector<event> ring_;
  uint64_t last_ = 0;
};

} // namespace troupe::core
