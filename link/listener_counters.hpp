#pragma once

#include "link/refusal.hpp"

#include <array>
#include <cstdint>

namespace troupe::link {

/// What a listener has seen since its start.
struct listener_counters {
  /// Connections that came to its port.
  uint64_t accepted = 0;
  /// Of those, the ones that were let in.
  uint64_t admitted = 0;
  /// Of those that came, the ones that were not, by reason; see refused_for().
  std::array<uint64_t, refusal_count> refused = {};
  /// Of those that were let in, the ones that were closed for what they sent:
  /// it was not BASP, or not what a node may send.
  uint64_t broke_protocol = 0;
  /// Of those that were let in, the ones that were silent or took nothing for
  /// too long.
  uint64_t timed_out = 0;
  /// Times it could take nobody for lack of descriptors or memory.
  uint64_t exhausted = 0;
  /// Open now, let in.
  uint64_t open = 0;
  /// Open now, still shaking hands.
  uint64_t shaking_hands = 0;
  /// Relayed to BASP, and from it.
  uint64_t bytes_in = 0;
  uint64_t bytes_out = 0;

  uint64_t refused_for(refusal why) const noexcept {
    return refused[static_cast<size_t>(why)];
  }

  friend bool operator==(const listener_counters&, const listener_counters&)
    = default;
};

} // namespace troupe::link
