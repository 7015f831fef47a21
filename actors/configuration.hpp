#pragma once

#include "messages/compat.hpp"

#include <cstddef>

namespace troupe::actors {

/// Makes message types known and chooses what was measured to work best: the
/// policy run_next for the scheduler, and where CAF is 1.x its `sharing` (the
/// default burns a third of a core on one 10 ms tick).
class configuration : public caf::actor_system_config {
public:
  /// `threads` = 0: as many as there are cores, at least 2.
  /// Without a network nothing of it costs anything.
  explicit configuration(size_t threads = 0, bool has_network = false);
};

} // namespace troupe::actors
