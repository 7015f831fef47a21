#pragma once

/// \file
/// What the parts of the manager's side of a node say to each other, within the
/// process.

#include "actors/agent_roster.hpp"
#include "actors/internal_messages.hpp"
#include "core/node_info.hpp"
#include "messages/nodes.hpp"

#include <string>
#include <vector>

namespace troupe::actors {

/// A remote agent to its node's session: on its way to the node. Of orders,
/// `sink` is where comes what becomes of them.
struct to_node {
  uint32_t agent = 0;
  messages::node_orders what;
  messages::attempt_sink_actor sink;
};

/// A remote agent to its node's session, in the router's name.
struct adopt_remote {
  uint32_t agent = 0;
  messages::adopt_attempts what;
};

/// The door to a session: this node is who it says it is. (Nobody beyond the
/// process can say so.)
struct admit_node {
  messages::enter_node what;
};

/// To a session: its node is given up, for this reason.
struct end_session {
  std::string why;
};

/// To a session: let the node end what it has within so long, and leave.
struct drain_node {
  core::duration within = core::duration::zero();
};

/// When that is over; `never` if it is as good as for ever.
inline core::time_point end_of(core::duration within, core::time_point now) {
  return within > core::time_point::max() - now ? core::never : now + within;
}

struct get_node {};

/// What a session tells its remote agents beside the router's messages.
using remote_agent_impl
  = compat::extend<messages::agent_host_actor, void(messages::agent_condition)>;

/// To a session that expects its node back: this is the agent, which router
/// knows already.
struct expect_agent {
  core::node_agent what;
  remote_agent_impl actor;
  load_counter load;
};

/// The manager's side of one node.
using node_session_impl
  = messages::node_session_actor::extend_with<compat::actor<
    void(to_node), void(adopt_remote), messages::node_welcome(admit_node),
    void(expect_agent), void(end_session), void(drain_node),
    core::node_info(get_node), void(flush_due), void(timer_due)>>;

} // namespace troupe::actors

TROUPE_LOCAL_MESSAGE(troupe::actors::to_node)
TROUPE_LOCAL_MESSAGE(troupe::actors::adopt_remote)
TROUPE_LOCAL_MESSAGE(troupe::actors::admit_node)
TROUPE_LOCAL_MESSAGE(troupe::actors::expect_agent)
TROUPE_LOCAL_MESSAGE(troupe::actors::end_session)
TROUPE_LOCAL_MESSAGE(troupe::actors::drain_node)
TROUPE_LOCAL_MESSAGE(troupe::actors::get_node)
TROUPE_LOCAL_MESSAGE(troupe::core::node_info)

CAF_BEGIN_TYPE_ID_BLOCK(troupe_nodes, caf::id_block::troupe_actors::end)
  CAF_ADD_TYPE_ID(troupe_nodes, (troupe::actors::to_node))
  CAF_ADD_TYPE_ID(troupe_nodes, (troupe::actors::adopt_remote))
  CAF_ADD_TYPE_ID(troupe_nodes, (troupe::actors::admit_node))
  CAF_ADD_TYPE_ID(troupe_nodes, (troupe::actors::expect_agent))
  CAF_ADD_TYPE_ID(troupe_nodes, (troupe::actors::end_session))
  CAF_ADD_TYPE_ID(troupe_nodes, (troupe::actors::drain_node))
  CAF_ADD_TYPE_ID(troupe_nodes, (troupe::actors::get_node))
  CAF_ADD_TYPE_ID(troupe_nodes, (troupe::core::node_info))
  CAF_ADD_TYPE_ID(troupe_nodes, (troupe::actors::node_session_impl))
CAF_END_TYPE_ID_BLOCK(troupe_nodes)
