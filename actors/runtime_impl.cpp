#include "actors/runtime_impl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <stdexcept>

namespace troupe::actors {

namespace {

tl::unexpected<core::error> stopped() {
  return core::fail(core::ec::unavailable, "the runtime has stopped");
}

} // namespace

runtime::impl::impl(runtime_options options)
  : config(options.threads),
    system(std::make_unique<caf::actor_system>(config)) {
  env.system = system.get();
  env.anchor = {system->clock().now(),
                std::chrono::time_point_cast<core::duration>(
                  std::chrono::system_clock::now())};
  std::random_device random;
  env.ids = std::make_shared<id_source>((uint64_t{random()} << 32) | random());
  parts = assemble(env, options.events_kept, options.retention,
                   options.max_parallel, options.circuits, options.rate_limits);
  auto has_default = std::ranges::any_of(options.queues, [](auto& x) {
    return x.name == "default";
  });
  if (!has_default) {
    core::queue_spec spec;
    spec.name = "default";
    spec.max_concurrent = 0;
    options.queues.push_back(std::move(spec));
  }
  for (auto& spec : options.queues)
    if (auto ok = add_queue(spec); !ok) {
      // Or the actor system would wait for its actors for ever.
      static_cast<void>(stop(stop_mode::cancel, std::chrono::seconds{10}));
      throw std::invalid_argument{ok.error().message};
    }
}

core::result<void> runtime::impl::add_queue(const core::queue_spec& spec) {
  std::lock_guard guard{mutex};
  if (is_stopped)
    return stopped();
  if (queues.contains(spec.name))
    return core::fail(core::ec::duplicate,
                      fmt::format("there is a queue '{}' already", spec.name));
  auto queue = spawn_queue(env, parts, spec);
  client me{*system};
  auto ok = me.tell(parts.router,
                    messages::attach_queue_to_router{queue, spec.routing});
  if (ok)
    ok = me.tell(parts.manager, messages::attach_queue{spec, queue});
  if (ok)
    queues.emplace(spec.name, queue);
  else
    caf::anon_send_exit(queue, caf::exit_reason::user_shutdown);
  return ok;
}

core::result<messages::queue_actor>
runtime::impl::find_queue(const std::string& name) {
  std::lock_guard guard{mutex};
  if (is_stopped)
    return stopped();
  auto i = queues.find(name);
  if (i == queues.end())
    return core::fail(core::ec::unknown_queue,
                      fmt::format("there is no queue '{}'", name));
  return i->second;
}

core::result<messages::circuit_breaker_actor> runtime::impl::find_breaker() {
  std::lock_guard guard{mutex};
  if (is_stopped)
    return stopped();
  if (!parts.breaker)
    return core::fail(core::ec::invalid_argument,
                      "there are no circuits; set runtime_options::circuits");
  return parts.breaker;
}

core::result<messages::rate_limiter_actor> runtime::impl::find_limiter() {
  std::lock_guard guard{mutex};
  if (is_stopped)
    return stopped();
  if (!parts.limiter)
    return core::fail(core::ec::invalid_argument,
                      "there are no rate limits; set "
                      "runtime_options::rate_limits");
  return parts.limiter;
}

core::result<void>
runtime::impl::add_host(const core::agent_spec& spec,
                        const messages::agent_host_actor& host,
                        load_counter load) {
  {
    std::lock_guard guard{mutex};
    if (is_stopped)
      return stopped();
  }
  client me{*system};
  auto ok = me.tell(parts.router,
                    messages::add_agent{spec, host, std::move(load)});
  std::lock_guard guard{mutex};
  if (ok && is_stopped)
    ok = stopped();
  if (ok)
    hosts.push_back(host);
  else
    compat::anon_send(host, messages::stop_agent{true});
  return ok;
}

bool runtime::impl::wait_until_idle(client& me, core::duration timeout) {
  if (timeout > core::duration::zero())
    return me.tell(parts.manager, messages::await_idle{}, timeout).has_value();
  // An answer would come too late for a request that may take no time.
  auto now = me.ask<core::task_stats>(parts.manager, messages::get_stats{});
  return now && now->unended() == 0;
}

core::result<void> runtime::impl::stop(stop_mode mode, core::duration timeout) {
  {
    std::lock_guard guard{mutex};
    if (std::exchange(is_stopped, true))
      return {};
  }
  countdown time{timeout};
  client me{*system};
  std::string trouble;
  auto cancels = mode == stop_mode::cancel;
  static_cast<void>(me.tell(parts.manager, messages::stop_accepting{cancels}));
  // What gates hold was never accepted; the manager tells it why. From the
  // first gate on, since each passes on to the next.
  if (parts.limiter)
    static_cast<void>(me.tell(parts.limiter, messages::stop_gating{}));
  if (parts.breaker)
    static_cast<void>(me.tell(parts.breaker, messages::stop_gating{}));
  // Once more, so that who streams has heard of it before the manager goes.
  if (parts.limiter || parts.breaker)
    static_cast<void>(
      me.tell(parts.manager, messages::stop_accepting{cancels}));
  if (!cancels && !wait_until_idle(me, time.left())) {
    trouble = "not everything had ended";
    static_cast<void>(me.tell(parts.manager, messages::stop_accepting{true}));
  }
  auto left = stop_agents(me, time);
  if (left > 0)
    trouble = fmt::format("{} agents still ran handlers", left);
  std::vector<caf::actor> others;
  for (auto& [name, queue] : queues)
    others.push_back(caf::actor_cast<caf::actor>(queue));
  others.push_back(caf::actor_cast<caf::actor>(parts.router));
  if (parts.limiter)
    others.push_back(caf::actor_cast<caf::actor>(parts.limiter));
  if (parts.breaker)
    others.push_back(caf::actor_cast<caf::actor>(parts.breaker));
  others.push_back(caf::actor_cast<caf::actor>(parts.manager));
  // Last, so that observers see all that happened.
  others.push_back(caf::actor_cast<caf::actor>(parts.bus));
  for (auto& actor : others) {
    compat::monitor(me.self(), actor);
    me.self()->send_exit(actor, caf::exit_reason::user_shutdown);
    static_cast<void>(me.receive<messages::done>(std::chrono::seconds{1}));
  }
  is_left_behind = left > 0;
  if (trouble.empty())
    return {};
  return core::fail(core::ec::timeout, fmt::format("{} after {}", trouble,
                                                   core::to_string(timeout)));
}

size_t runtime::impl::stop_agents(client& me, const countdown& time) {
  std::vector<messages::agent_host_actor> all;
  {
    std::lock_guard guard{mutex};
    all = hosts;
  }
  for (auto& host : all) {
    compat::monitor(me.self(), host);
    compat::send(me.self(), host, messages::stop_agent{true});
  }
  auto left = all.size();
  while (left > 0) {
    auto wait = std::max<core::duration>(time.left(),
                                         std::chrono::milliseconds{100});
    auto down = me.receive<messages::done>(wait);
    if (!down && down.error().code == core::ec::timeout)
      break;
    --left;
  }
  return left;
}

} // namespace troupe::actors
