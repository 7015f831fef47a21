#pragma once

#include "core/circuit_board.hpp"
#include "messages/compat.hpp"
#include "messages/tasks.hpp"

#include <string>
#include <vector>

namespace troupe::messages {

/// To the manager, from whoever wants to be told of attempts_observed.
struct observe_attempts {};

/// From the manager: what came of attempts, as far as it says something about
/// those who worked.
struct attempts_observed {
  std::vector<core::attempt_evidence> attempts;
};

/// Where the manager tells it.
using attempt_observer_actor = compat::actor<void(attempts_observed)>;

struct get_circuits {};

struct circuit_list {
  std::vector<core::circuit_info> circuits;
};

/// Open the circuit as if it had failed; it closes by itself.
struct trip_circuit {
  std::string key;
};

/// Open the circuit until it is reset.
struct force_open_circuit {
  std::string key;
};

/// Close the circuit and forget what was.
struct reset_circuit {
  std::string key;
};

/// To a gate: let everything pass. The manager has been told to accept nothing
/// more, and that is what all who wait should hear.
struct stop_gating {};

} // namespace troupe::messages
