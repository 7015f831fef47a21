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

/// From a queue to the manager, and on to the circuit breaker: may a task that
/// waits be a probe of this half-open circuit? Answered by allow_probe, or not.
struct ask_probe {
  std::string queue;
  std::string circuit;
};

/// Where the manager tells it.
using attempt_observer_actor
  = compat::actor<void(attempts_observed), void(ask_probe)>;

/// From the circuit breaker to the manager, and on to all queues: these
/// circuits are not closed, do not start what they are for.
struct bar_circuits {
  core::circuit_scope scope = core::circuit_scope::capability;
  std::vector<core::circuit_bar> bars;
};

/// From the circuit breaker to the manager, and on to the queue: one task that
/// waits may be started as a probe.
struct allow_probe {
  std::string queue;
  std::string circuit;
};

struct get_circuits {};

struct circuit_list {
  std::vector<core::circuit_info> circuits;
};

/// Open the circuit as if it had failed; it closes by itself.
struct trip_circuit {
  std::string key;
  /// Who wants it, for the audit log; also below.
  std::string by = {};
};

/// Open the circuit until it is reset.
struct force_open_circuit {
  std::string key;
  std::string by = {};
};

/// Close the circuit and forget what was.
struct reset_circuit {
  std::string key;
  std::string by = {};
};

/// To a gate: let everything pass. The manager has been told to accept nothing
/// more, and that is what all who wait should hear.
struct stop_gating {};

} // namespace troupe::messages
