#pragma once

// Long because it is all that is done to a Troupe, in few words each.

#include "actors/actor_tree.hpp"
#include "actors/agent_definition.hpp"
#include "actors/agent_host.hpp"
#include "actors/agent_proxy.hpp"
#include "core/validate.hpp"
#include "tests/support/deterministic_system.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::test {

/// A whole Troupe in virtual time: all actors are real, all run on one thread.
class virtual_troupe : public deterministic_system {
public:
  explicit virtual_troupe(uint64_t seed = 0, uint32_t max_parallel = 0,
                          const std::optional<core::circuit_options>& circuits
                          = {},
                          const core::rate_limit_options& rate_limits = {},
                          std::shared_ptr<storage::journal> journal = {},
                          core::duration later = core::duration::zero())
    : deterministic_system(seed, later),
      tree_(env(), {.events_kept = 4096,
                    .max_parallel = max_parallel,
                    .circuits = circuits,
                    .rate_limits = rate_limits,
                    .restarts = {1000, std::chrono::seconds{1}},
                    .journal = std::move(journal)}) {
    own(tree_.root());
    settle();
  }

  actors::actor_tree& tree() noexcept {
    return tree_;
  }

  /// As they are now.
  actors::assembly parts() const {
    return tree_.where()->get();
  }

  messages::queue_actor add_queue(const core::queue_spec& spec) {
    tree_.add_queue(spec);
    settle();
    return queue(spec.name);
  }

  messages::queue_actor queue(const std::string& name) const {
    return parts().queues.at(name);
  }

  core::error add_agent(actors::agent_definition agent) {
    auto spec = agent.spec();
    return add_host(spec, [this, agent = std::move(agent)](auto load) {
      return messages::agent_host_actor{system().spawn(
        actors::agent_host, env(), agent, tree_.where()->owner(), load)};
    });
  }

  /// One's own actor, which is spawned again when it dies.
  core::error
  add_agent(const core::agent_spec& spec,
            const std::function<messages::agent_actor()>& spawn_agent) {
    return add_host(spec, [this, spawn_agent](auto load) {
      return messages::agent_host_actor{
        system().spawn(actors::agent_proxy, env(), own(spawn_agent()), load)};
    });
  }

  /// Does not wait until it is gone.
  void remove_agent(const std::string& id, bool is_at_once) {
    send(parts().router, messages::remove_agent{id, is_at_once});
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
    return ask<messages::done>(parts().submissions, std::move(request)).failure;
  }

  core::task_id new_id() {
    return env().ids->next(now());
  }

  core::task_record get(const core::task_id& id) {
    auto found = ask<messages::task_found>(parts().manager,
                                           messages::get_task{id});
    if (found.failure.code != core::ec::none)
      ADD_FAILURE() << core::to_string(found.failure);
    return std::move(found.record);
  }

  core::error cancel(const core::task_id& id) {
    return ask<messages::done>(parts().manager, messages::cancel_task{id})
      .failure;
  }

  std::string explain(const core::task_id& id) {
    return ask<messages::explanation>(parts().manager,
                                      messages::explain_task{id})
      .text;
  }

  core::task_stats stats() {
    return ask<core::task_stats>(parts().manager, messages::get_stats{});
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
  core::error add_host(
    const core::agent_spec& spec,
    const std::function<messages::agent_host_actor(actors::load_counter)>&
      make) {
    auto load = std::make_shared<std::atomic<uint32_t>>(0);
    auto start = [make, load] {
      return make(load);
    };
    auto host = own(start());
    auto failure = ask<messages::done>(parts().router,
                                       messages::add_agent{spec, host, load})
                     .failure;
    if (failure.code == core::ec::none)
      tree_.look_after(spec, host, load, start);
    settle();
    return failure;
  }

  actors::actor_tree tree_;
};

} // namespace troupe::test
