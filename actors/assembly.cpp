#include "actors/assembly.hpp"

#include "actors/circuit_breaker.hpp"
#include "actors/event_bus.hpp"
#include "actors/internal_messages.hpp"
#include "actors/manager.hpp"
#include "actors/queue.hpp"
#include "actors/rate_limiter.hpp"
#include "actors/router.hpp"

#include <algorithm>
#include <thread>

namespace troupe::actors {

configuration::configuration(size_t threads) {
  compat::register_core_types();
  compat::register_types<caf::id_block::troupe>(*this);
  compat::register_types<caf::id_block::troupe_actors>(*this);
  if (threads == 0)
    threads = std::max<size_t>(2, std::thread::hardware_concurrency());
  compat::set(*this, "scheduler.policy", "sharing");
  compat::set(*this, "scheduler.max-threads", threads);
}

assembly assemble(const environment& env, size_t events_kept,
                  core::retention_settings retention, uint32_t max_parallel,
                  const std::optional<core::circuit_options>& circuits,
                  const core::rate_limit_options& rate_limits) {
  assembly parts;
  auto& system = *env.system;
  parts.bus = system.spawn(event_bus, events_kept);
  parts.manager = system.spawn(manager, env, parts.bus, retention);
  parts.router = system.spawn(router, env, parts.bus, max_parallel);
  parts.submissions = parts.manager;
  if (circuits) {
    parts.breaker = system.spawn(circuit_breaker, env, *circuits, parts.manager,
                                 parts.bus);
    parts.submissions = parts.breaker;
  }
  if (!rate_limits.limits.empty()) {
    parts.limiter = system.spawn(rate_limiter, env, rate_limits,
                                 parts.submissions);
    parts.submissions = parts.limiter;
  }
  return parts;
}

messages::queue_actor spawn_queue(const environment& env, const assembly& parts,
                                  const core::queue_spec& spec) {
  return env.system->spawn(queue, env, spec, parts.manager, parts.router,
                           parts.bus);
}

} // namespace troupe::actors
