#pragma once

#include "actors/environment.hpp"
#include "core/circuit_settings.hpp"
#include "core/queue_spec.hpp"
#include "core/rate_limit_settings.hpp"
#include "core/retention.hpp"
#include "messages/interfaces.hpp"

#include <optional>
#include <vector>

namespace troupe::actors {

/// Makes message types known and chooses what was measured to work best: the
/// `sharing` scheduler (the default burns a third of a core on one 10 ms tick).
class configuration : public caf::actor_system_config {
public:
  /// `threads` = 0: as many as there are cores, at least 2.
  explicit configuration(size_t threads = 0);
};

/// The actors every Troupe consists of.
struct assembly {
  messages::event_bus_actor bus;
  messages::manager_actor manager;
  messages::router_actor router;
  /// Null without circuits.
  messages::circuit_breaker_actor breaker;
  /// Null without rate limits.
  messages::rate_limiter_actor limiter;
  /// The first gate, or the manager if there is none.
  messages::submission_actor submissions;
};

/// Spawns them. `max_parallel`, `circuits` and `rate_limits` as in
/// runtime_options. What is submitted passes the rate limiter first: what it
/// keeps back takes no place among the probes of a circuit.
assembly assemble(const environment& env, size_t events_kept,
                  core::retention_settings retention, uint32_t max_parallel,
                  const std::optional<core::circuit_options>& circuits = {},
                  const core::rate_limit_options& rate_limits = {});

/// Spawns a queue; the router and the manager have to be told of it, in this
/// order.
messages::queue_actor spawn_queue(const environment& env, const assembly& parts,
                                  const core::queue_spec& spec);

} // namespace troupe::actors
