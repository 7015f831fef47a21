#pragma once

#include "core/failure_detector.hpp"
#include "core/node_spec.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <string>

namespace troupe::core {

/// How a node is right now, as its manager sees it.
struct node_info {
  node_spec spec = {};
  peer_health health = peer_health::alive;
  /// It is expected back: its manager was started again and has not heard of it
  /// yet.
  bool is_awaited = false;
  /// It takes no new work, and leaves when it has none.
  bool is_draining = false;
  uint32_t agents = 0;
  /// Attempts there.
  uint32_t running = 0;
  /// When this process of it came, and when it was heard last.
  time_point joined = never;
  time_point last_heard = never;
  /// How often it has come back over a new connection.
  uint32_t reconnections = 0;
};

} // namespace troupe::core
