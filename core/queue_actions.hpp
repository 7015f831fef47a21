#pragma once

#include "core/attempt.hpp"
#include "core/slots.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

/// What the queue has to tell others. The caller takes it.
struct queue_actions {
  struct dispatch {
    uint32_t agent = 0;
    std::vector<attempt_order> orders;
  };

  /// To the agents.
  std::vector<dispatch> dispatches;
  std::vector<std::pair<uint32_t, attempt_key>> cancellations;

  /// Those whose tasks are to pause, with the number of the pause, or to go on.
  struct pause {
    uint32_t agent = 0;
    attempt_key key;
    uint32_t number = 0;
  };

  std::vector<pause> pauses;
  std::vector<std::pair<uint32_t, attempt_key>> resumptions;
  /// To the manager.
  std::vector<attempt_start> started;
  std::vector<attempt_outcome> ended;
  std::vector<attempt_retry> retried;
  std::vector<attempt_key> lost;
  /// Circuits that are half open and may admit a task that waits.
  std::vector<std::string> probes;
  /// To the router.
  std::vector<slot_want> wants;
  std::vector<slot_count> returned;
  std::vector<lease_return> leases;
};

} // namespace troupe::core
