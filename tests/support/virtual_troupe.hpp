#pragma once

#include "actors/agent_definition.hpp"
#include "actors/agent_host.hpp"
#include "core/validate.hpp"
#include "tests/support/deterministic_system.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::test {

/// A whole Troupe in virtual time: all actors are real, all run on one thread.
class virtual_troupe : public deterministic_system {
public:
  explicit virtual_troupe(uint64_t seed = 0, uint32_t max_parallel = 0,
                          const std::optional<core::circuit_options>& circuits
                          = {},
                          const core::rate_limit_options& rate_limits = {})
    : deterministic_system(seed),
      parts_(actors::assemble(env(), 4096, {}, max_parallel, circuits,
                              rate_limits)) {
    own(parts_.bus);
    own(parts_.manager);
    own(parts_.router);
    if (parts_.breaker)
      own(parts_.breaker);
    if (parts_.limiter)
      own(parts_.limiter);
    settle();
  }

  const actors::assembly& parts() const noexcept {
    return parts_;
  }

  messages::queue_actor add_queue(core::queue_spec spec) {
    auto queue = own(actors::spawn_queue(env(), parts_, spec));
    ask<messages::done>(parts_.router,
                        messages::attach_queue_to_router{queue, spec.routing});
    ask<messages::done>(parts_.manager, messages::attach_queue{spec, queue});
    queues_.emplace(spec.name, queue);
    return queue;
  }

  const messages::queue_actor& queue(const std::string& name) const {
    return queues_.at(name);
  }

  core::error add_agent(actors::agent_definition agent) {
    auto spec = agent.spec();
    auto load = std::make_shared<std::atomic<uint32_t>>(0);
    auto host = own(system().spawn(actors::agent_host, env(), std::move(agent),
                                   parts_.manager, load));
    return ask<messages::done>(parts_.router,
                               messages::add_agent{spec, host, load})
      .failure;
  }

  /// Does not wait until it is gone.
  void remove_agent(const std::string& id, bool is_at_once) {
    send(parts_.router, messages::remove_agent{id, is_at_once});
  }

  core::error submit(std::vector<core::task_spec> specs) {
    messages::submit_tasks request;
    for (auto& spec : specs) {
      if (auto ok = core::check(spec); !ok)
        return ok.error();
      if (spec.id.is_nil())
        spec.id = new_id();
      request.specs.push_back(
        std::make_shared<const core::task_spec>(std::move(spec)));
    }
    return ask<messages::done>(parts_.submissions, std::move(request)).failure;
  }

  core::task_id new_id() {
    return env().ids->next(now());
  }

  core::task_record get(const core::task_id& id) {
    auto found = ask<messages::task_found>(parts_.manager,
                                           messages::get_task{id});
    if (found.failure.code != core::ec::none)
      ADD_FAILURE() << core::to_string(found.failure);
    return std::move(found.record);
  }

  core::error cancel(const core::task_id& id) {
    return ask<messages::done>(parts_.manager, messages::cancel_task{id})
      .failure;
  }

  std::string explain(const core::task_id& id) {
    return ask<messages::explanation>(parts_.manager,
                                      messages::explain_task{id})
      .text;
  }

  core::task_stats stats() {
    return ask<core::task_stats>(parts_.manager, messages::get_stats{});
  }

  core::queue_info info(const std::string& name) {
    return ask<core::queue_info>(queue(name), messages::get_queue{});
  }

  /// Lets time pass until nothing is left to do; false if that takes longer.
  bool run_until_idle(core::duration limit) {
    constexpr core::duration step = std::chrono::milliseconds{20};
    settle();
    while (stats().unended() > 0) {
      if (limit <= core::duration::zero())
        return false;
      advance(step, step);
      limit -= step;
    }
    return true;
  }

private:
  actors::assembly parts_;
  std::map<std::string, messages::queue_actor> queues_;
};

} // namespace troupe::test
