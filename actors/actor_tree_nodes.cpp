// What a tree has of nodes: the door and sessions of a manager, or the uplink
// of a node.

#include "actors/actor_tree_plan.hpp"
#include "actors/remote_agent.hpp"
#include "core/async.hpp"

#include <fmt/format.h>

#include <utility>

namespace troupe::actors {

void actor_tree::plan::plan_fleet() {
  sessions = std::make_shared<const session_links>(session_links{
    env, where, std::make_shared<fleet_memory>(), options.fleet->liveness});
  door_options made{options.fleet->secret,
                    options.fleet->identify,
                    options.fleet->open_desk,
                    {}};
  // Whoever may call it does so while this lives: it has a share of it.
  made.look_after = [self = weak_from_this()](auto& name, auto& session) {
    if (auto plan = self.lock())
      plan->look_after_session(name, session);
  };
  door = std::make_shared<const door_options>(std::move(made));
}

void actor_tree::plan::look_after_session(const std::string& name,
                                          const caf::actor& session) {
  child added;
  added.spec = {.id = fmt::format("node '{}'", name),
                .restart = core::restart_type::temporary};
  added.running = session;
  std::lock_guard guard{mutex};
  compat::anon_send(fleet_supervisor, actors::supervise{std::move(added)});
}

caf::actor actor_tree::plan::start_door() {
  auto made = env.system->spawn(node_door, sessions, door);
  current_door.set(made);
  return untyped(made);
}

caf::actor actor_tree::plan::start_fleet() {
  std::vector<child> children;
  children.push_back(
    {{.id = "node-door"},
     [self = shared_from_this()] { return self->start_door(); },
     start_door()});
  std::lock_guard guard{mutex};
  fleet_supervisor = supervise(core::restart_strategy::one_for_one,
                               std::move(children));
  return untyped(fleet_supervisor);
}

/// Those that were there when the process before ended. To be read before there
/// is any actor, since it may throw.
void actor_tree::plan::recall_nodes() {
  for (auto& [name, value] : recovery.nodes) {
    auto known = core::parse_node_document(value);
    if (!known) {
      auto why = std::move(known).error();
      why.message = fmt::format("node '{}' in the journal: {}", name,
                                why.message);
      throw core::failure{std::move(why)};
    }
    known_nodes.push_back(*std::move(known));
  }
}

/// With what they ran. To be called when there is a router, and before there
/// are queues.
void actor_tree::plan::expect_nodes() {
  for (auto& known : known_nodes)
    expect(known);
}

void actor_tree::plan::expect(const core::node_document& known) {
  std::vector<presumed_attempt> presumed;
  for (auto& live : manager->registry.live_attempts())
    for (auto& agent : known.agents)
      if (agent.spec.id == live.agent)
        presumed.push_back({live.spec, live.number, agent.number});
  auto& name = known.spec.name;
  node_session_impl session = env.system->spawn(node_session, sessions, known,
                                                presumed, true);
  sessions->fleet->put(name, {session, known.incarnation});
  forget_when_gone(*sessions, name, session);
  compat::anon_send(where->get().router, messages::set_node{known.spec});
  for (auto& agent : known.agents) {
    remote_agent_impl actor = env.system->spawn(remote_agent, session,
                                                agent.number);
    auto load = std::make_shared<std::atomic<uint32_t>>(0);
    compat::anon_send(session, expect_agent{agent, actor, load});
    compat::anon_send(where->get().router,
                      messages::add_agent{agent.spec, actor, load, true});
  }
  look_after_session(name, untyped(session));
}

caf::actor actor_tree::plan::start_connector() {
  connector = options.node->make_connector();
  return untyped(connector);
}

caf::actor actor_tree::plan::start_uplink() {
  uplink_impl made = env.system->spawn(node_uplink, env, options.node->options,
                                       node, connector);
  uplink.set(made);
  where->change([&](assembly& x) {
    x.owner = made;
    x.agents = made;
  });
  return untyped(made);
}

} // namespace troupe::actors
