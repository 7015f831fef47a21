#pragma once

// Long because it is one fixture: a manager, its nodes, and what is between.

#include "actors/actor_tree.hpp"
#include "actors/agent_host.hpp"
#include "core/validate.hpp"
#include "tests/support/deterministic_system.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe::test {

/// What is between a node and its manager.
struct wire {
  /// Connections can be made.
  bool is_open = true;
  /// What is said gets lost, and nobody notices: a connection that is half
  /// open.
  bool is_mute = false;
  /// Of the connection there is.
  std::vector<caf::actor> ends;
  uint64_t connections = 0;

  /// The connection breaks, and both sides notice.
  void cut() {
    for (auto& end : std::exchange(ends, {}))
      caf::anon_send_exit(end, caf::exit_reason::remote_link_unreachable);
  }
};

/// One end of a connection: passes on to `to`. What is told whoever speaks on
/// it comes from `to` and goes to `from`.
inline caf::behavior wire_end(caf::event_based_actor* self,
                              const std::shared_ptr<wire>& between,
                              const caf::actor& to, const caf::actor& from) {
  auto pass_on = [self, between](const caf::actor& who, auto& x) {
    if (!between->is_mute)
      self->send(who, std::move(x));
  };
  self->set_default_handler(caf::drop);
  return {
    [=](messages::node_frame& x) { pass_on(to, x); },
    [=](messages::node_beat& x) { pass_on(to, x); },
    [=](messages::node_leaves& x) { pass_on(to, x); },
    [=](messages::node_drains& x) { pass_on(to, x); },
    [=](messages::node_unknown& x) { pass_on(from, x); },
  };
}

/// The manager's door, as a node sees it over a wire.
inline messages::node_door_actor::behavior_type
wire_door(messages::node_door_actor::pointer self,
          const std::shared_ptr<wire>& between,
          const std::function<messages::node_door_actor()>& door) {
  return {
    [=](messages::join_node& x) -> caf::result<messages::node_challenge> {
      if (between->is_mute)
        return self->make_response_promise<messages::node_challenge>();
      return compat::delegate(self, door(), std::move(x));
    },
    [=](messages::enter_node& x) -> caf::result<messages::node_welcome> {
      auto promise = self->make_response_promise<messages::node_welcome>();
      if (between->is_mute)
        return promise;
      auto uplink = caf::actor_cast<caf::actor>(x.uplink);
      // To the node; the way back is not needed there.
      auto down = self->home_system().spawn(wire_end, between, uplink,
                                            caf::actor{uplink});
      between->ends.push_back(down);
      x.uplink = caf::actor_cast<messages::node_uplink_actor>(down);
      auto handle = compat::request(self, door(), caf::infinite, std::move(x));
      std::move(handle).then(
        [=](messages::node_welcome& answer) mutable {
          if (between->is_mute)
            return;
          if (answer.actor) {
            auto up = self->home_system().spawn(
              wire_end, between, caf::actor_cast<caf::actor>(answer.actor),
              uplink);
            between->ends.push_back(up);
            answer.actor = caf::actor_cast<messages::node_session_actor>(up);
          }
          promise.deliver(std::move(answer));
        },
        [=](caf::error& why) mutable { promise.deliver(std::move(why)); });
      return promise;
    },
    [=](messages::enter_client& x) {
      return compat::delegate(self, door(), std::move(x));
    },
  };
}

/// Makes a node's connections over a wire.
inline actors::connector_actor::behavior_type
wire_connector(actors::connector_actor::pointer self,
               const std::shared_ptr<wire>& between,
               const std::function<messages::node_door_actor()>& door) {
  return {[=](actors::dial x) {
    between->cut();
    auto to = compat::sender_as<actors::uplink_impl>(self);
    actors::dialled answer;
    answer.number = x.number;
    if (between->is_open) {
      ++between->connections;
      auto made = self->home_system().spawn(wire_door, between, door);
      between->ends.push_back(caf::actor_cast<caf::actor>(made));
      answer.door = made;
    } else {
      answer.failure = {core::ec::unavailable, "the wire is cut"};
    }
    compat::send(self, to, std::move(answer));
  }};
}

/// A manager and its nodes in virtual time: all actors are real, only what is
/// between the nodes is not.
class virtual_fleet : public deterministic_system {
public:
  struct node {
    std::shared_ptr<wire> line = std::make_shared<wire>();
    std::unique_ptr<actors::actor_tree> tree;
    /// Where it stood, and why; outlives it.
    std::shared_ptr<std::vector<std::pair<actors::node_state, std::string>>>
      states = std::make_shared<
        std::vector<std::pair<actors::node_state, std::string>>>();
  };

  /// By which a node has as long to come back when its connection was closed as
  /// when it is silent.
  static core::liveness_settings patience() {
    core::liveness_settings result;
    result.gone_after = result.dead_after;
    return result;
  }

  explicit virtual_fleet(uint64_t seed = 0,
                         std::shared_ptr<storage::journal> journal = {},
                         core::liveness_settings liveness = patience())
    : deterministic_system(seed),
      journal_(std::move(journal)),
      liveness_(liveness) {
    start_manager();
  }

  ~virtual_fleet() {
    for (auto& [name, x] : nodes_)
      x->line->cut();
  }

  /// Another one, which goes on with the journal.
  void start_manager() {
    actors::tree_options options;
    options.events_kept = 4096;
    options.restarts = {1000, std::chrono::seconds{1}};
    options.journal = journal_;
    options.fleet.emplace();
    options.fleet->secret = secret;
    options.fleet->liveness = liveness_;
    manager_ = std::make_unique<actors::actor_tree>(tree_env(), options);
    own(manager_->root());
    manager_->add_queue({.name = "default", .max_concurrent = 0});
    settle();
  }

  /// As a process that is killed: its connections break.
  void kill_manager() {
    caf::anon_send_exit(manager_->root(), caf::exit_reason::kill);
    for (auto& [name, x] : nodes_)
      x->line->cut();
    settle();
    manager_.reset();
  }

  /// A node of this name, in the place of the one that had it.
  node& start_node(const std::string& name) {
    auto& x = nodes_[name];
    if (!x)
      x = std::make_unique<node>();
    actors::tree_options options;
    options.restarts = {1000, std::chrono::seconds{1}};
    options.node.emplace();
    options.node->spec.name = name;
    options.node->options.secret = node_secret;
    options.node->options.on_state
      = [known = x->states](auto state, const core::error& why) {
          known->emplace_back(state, why.message);
        };
    options.node->make_connector = [this, line = x->line] {
      return system().spawn(wire_connector, line, [this] { return door(); });
    };
    x->tree = std::make_unique<actors::actor_tree>(tree_env(), options);
    own(x->tree->root());
    return *x;
  }

  void kill_node(const std::string& name) {
    auto& x = *nodes_.at(name);
    caf::anon_send_exit(x.tree->root(), caf::exit_reason::kill);
    x.line->cut();
    settle();
    x.tree.reset();
  }

  node& at(const std::string& name) {
    return *nodes_.at(name);
  }

  actors::actor_tree& manager() noexcept {
    return *manager_;
  }

  actors::assembly parts() const {
    return manager_->where()->get();
  }

  /// The agents of a node, without the rest of it.
  std::vector<caf::actor> hosts(const actors::actor_tree& tree) const {
    std::vector<caf::actor> result;
    for (auto& [root, host] : hosts_)
      if (root == tree.root().id())
        result.push_back(caf::actor_cast<caf::actor>(*host));
    return result;
  }

  /// As of a deterministic_system; but the answer may have to wait for an actor
  /// that is started again.
  template <class Answer, class Handle, class Request>
  Answer ask(const Handle& who, Request request) {
    caf::scoped_actor me{system(), true};
    auto handle = me->request(caf::actor_cast<caf::actor>(who), caf::infinite,
                              std::move(request));
    settle();
    for (int i = 0; i < 100 && !me->has_next_message(); ++i)
      advance(std::chrono::milliseconds{100});
    Answer result{};
    if (!me->has_next_message()) {
      ADD_FAILURE() << "no answer";
      return result;
    }
    handle.receive([&](Answer& x) { result = std::move(x); },
                   [&](caf::error& why) {
                     ADD_FAILURE() << system().render(why);
                   });
    return result;
  }

  /// On a node, as on the manager's own.
  core::error add_agent(actors::actor_tree& tree,
                        actors::agent_definition agent) {
    auto spec = agent.spec();
    auto load = std::make_shared<std::atomic<uint32_t>>(0);
    auto current = std::make_shared<messages::agent_host_actor>();
    auto start = [this, agent = std::move(agent), load, current,
                  where = tree.where()] {
      *current = system().spawn(actors::agent_host, env(), agent,
                                where->owner(), load);
      return *current;
    };
    auto host = own(start());
    auto answer = ask<messages::done>(tree.where()->get().agents,
                                      messages::add_agent{spec, host, load});
    if (answer.failure.code == core::ec::none) {
      tree.look_after(spec, host, load, start);
      hosts_.emplace_back(tree.root().id(), current);
    }
    settle();
    return answer.failure;
  }

  core::task_id submit(core::task_spec spec) {
    messages::submit_tasks request;
    if (spec.id.is_nil())
      spec.id = env().ids->next(now());
    if (auto ok = core::check(spec); !ok)
      ADD_FAILURE() << ok.error().message;
    auto id = spec.id;
    request.specs.push_back(
      std::make_shared<const core::task_spec>(std::move(spec)));
    auto answer = ask<messages::done>(parts().submissions, std::move(request));
    EXPECT_EQ(answer.failure.code, core::ec::none) << answer.failure.message;
    return id;
  }

  core::task_record get(const core::task_id& id) {
    auto found = ask<messages::task_found>(parts().manager,
                                           messages::get_task{id});
    EXPECT_EQ(found.failure.code, core::ec::none) << found.failure.message;
    return std::move(found.record);
  }

  std::string explain(const core::task_id& id) {
    return ask<messages::explanation>(parts().manager,
                                      messages::explain_task{id})
      .text;
  }

  core::task_stats stats() {
    return ask<core::task_stats>(parts().manager, messages::get_stats{});
  }

  std::vector<core::agent_info> agents() {
    return ask<messages::agent_list>(parts().router, messages::get_agents{})
      .agents;
  }

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

  /// For those that are started from now on.
  std::optional<link::secret> secret;
  std::optional<link::secret> node_secret;
  size_t batch_bytes_max = actors::environment{}.batch_bytes_max;

private:
  actors::environment tree_env() const {
    auto result = env();
    result.batch_bytes_max = batch_bytes_max;
    return result;
  }

  /// As it is now, or was last.
  messages::node_door_actor door() {
    if (manager_)
      door_ = manager_->door().get();
    return door_;
  }

  std::shared_ptr<storage::journal> journal_;
  core::liveness_settings liveness_;
  std::unique_ptr<actors::actor_tree> manager_;
  messages::node_door_actor door_;
  std::map<std::string, std::unique_ptr<node>> nodes_;
  /// Each agent that was added, by the root of its tree, as it is now.
  std::vector<
    std::pair<caf::actor_id, std::shared_ptr<messages::agent_host_actor>>>
    hosts_;
};

} // namespace troupe::test
