#pragma once

#include "actors/agent_host.hpp"
#include "actors/assembly.hpp"
#include "actors/client.hpp"
#include "actors/countdown.hpp"
#include "actors/runtime.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::actors {

/// The actor system behind a runtime, and the order in which it comes and goes.
class runtime::impl {
public:
  explicit impl(runtime_options options);

  core::result<void> add_queue(const core::queue_spec& spec);

  core::result<messages::queue_actor> find_queue(const std::string& name);

  core::result<messages::circuit_breaker_actor> find_breaker();

  core::result<messages::rate_limiter_actor> find_limiter();

  /// Stops the host if it cannot be added.
  core::result<void> add_host(const core::agent_spec& spec,
                              const messages::agent_host_actor& host,
                              load_counter load);

  /// Whether no task is left that has not ended: now, if there is no time.
  bool wait_until_idle(client& me, core::duration timeout);

  core::result<void> stop(stop_mode mode, core::duration timeout);

  configuration config;
  std::unique_ptr<caf::actor_system> system;
  environment env;
  assembly parts;
  /// For all below.
  std::mutex mutex;
  std::unordered_map<std::string, messages::queue_actor> queues;
  std::vector<messages::agent_host_actor> hosts;
  bool is_stopped = false;
  /// Handlers still ran when stop() gave up.
  bool is_left_behind = false;

private:
  /// Returns how many did not stop in time. They get a moment even if none is
  /// left: most only need to be told.
  size_t stop_agents(client& me, const countdown& time);
};

} // namespace troupe::actors
