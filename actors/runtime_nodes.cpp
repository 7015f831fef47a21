// Nodes: those that join a runtime, and a runtime that is one.

#include "actors/runtime_impl.hpp"
#include "core/async.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace troupe::actors {

namespace {

constexpr auto no_nodes = "nodes cannot join; set runtime_options::listen";

/// A session that dies while it is asked does not answer.
constexpr core::duration session_timeout = std::chrono::seconds{1};

} // namespace

void runtime::impl::plan_fleet(tree_options& options,
                               const listen_options& listen) {
  auto& fleet = options.fleet.emplace();
  fleet.liveness = listen.liveness;
  fleet.secret = listen.secret;
  fleet.open_desk = listen.open_desk;
  fleet.identify = [net = network.get()](auto& name, auto& token) {
    return net->identify(name, token);
  };
}

core::result<void> runtime::impl::plan_node(tree_options& options,
                                            join_options join) {
  join.link.node_name = join.node.name;
  if (auto ok = network->prepare(std::move(join.link)); !ok)
    return ok;
  joining_ = std::make_shared<joining>();
  auto& node = options.node.emplace();
  node.spec = std::move(join.node);
  node.options.secret = std::move(join.secret);
  node.options.on_state = [known = joining_, tell = std::move(join.on_state)](
                            node_state state, const core::error& why) {
    {
      std::lock_guard guard{known->mutex};
      known->state = state;
      known->why = why;
    }
    known->changed.notify_all();
    if (tell)
      tell(state, why);
  };
  node.make_connector = [net = network.get()] {
    return net->make_connector();
  };
  return {};
}

void runtime::impl::need_tasks() const {
  if (is_node())
    throw core::failure{{core::ec::unavailable,
                         "this runtime is a node of another one, which has "
                         "the tasks; ask that one"}};
}

core::result<void> runtime::impl::wait_until_joined(core::duration timeout) {
  if (!is_node())
    return core::fail(core::ec::invalid_argument,
                      "this runtime is no node; set runtime_options::join");
  std::unique_lock guard{joining_->mutex};
  auto is_over = [this] {
    return joining_->state != node_state::waiting;
  };
  if (timeout >= std::chrono::hours{24 * 365})
    joining_->changed.wait(guard, is_over);
  else if (!joining_->changed.wait_for(guard, timeout, is_over))
    return core::fail(core::ec::timeout, joining_->why.code == core::ec::none
                                           ? "the manager has not answered yet"
                                           : joining_->why.message);
  if (joining_->state == node_state::left)
    return core::fail(core::ec::unavailable, "the node has left");
  return {};
}

void runtime::impl::leave(client& me, stop_mode mode, const countdown& time) {
  auto within = mode == stop_mode::drain ? time.left() : core::duration::zero();
  // It answers when what runs has ended, or the time is up.
  static_cast<void>(me.tell(tree->uplink(), leave_fleet{within}));
}

core::result<std::vector<core::node_info>> runtime::impl::nodes() const {
  if (!tree->fleet())
    return core::fail(core::ec::invalid_argument, no_nodes);
  std::vector<core::node_info> result;
  client me{*system};
  for (auto& session : tree->fleet()->all())
    if (auto info = me.ask<core::node_info>(session, get_node{},
                                            session_timeout))
      result.push_back(*std::move(info));
  return result;
}

core::result<void> runtime::impl::drain_node(const std::string& name,
                                             core::duration within,
                                             const std::string& by) const {
  if (!tree->fleet())
    return core::fail(core::ec::invalid_argument, no_nodes);
  auto known = tree->fleet()->find(name);
  if (!known)
    return core::fail(core::ec::invalid_argument,
                      fmt::format("there is no node '{}'", name));
  compat::anon_send(known->session, actors::drain_node{within});
  return keep({}, entry(by, "drain", "node " + name));
}

uint16_t runtime::port() const {
  return impl_->network ? impl_->network->port() : 0;
}

core::result<std::vector<core::node_info>> runtime::nodes() {
  return impl_->nodes();
}

core::result<void> runtime::drain_node(const std::string& name,
                                       core::duration within,
                                       const std::string& by) {
  return impl_->drain_node(name, within, by);
}

core::result<void> runtime::wait_until_joined(core::duration timeout) {
  return impl_->wait_until_joined(timeout);
}

} // namespace troupe::actors
