#pragma once

/// \file
/// What the parts of a node's side say to each other, within its process.

#include "actors/internal_messages.hpp"
#include "actors/node_messages.hpp"
#include "core/task_id.hpp"
#include "messages/nodes.hpp"

#include <string>

namespace troupe::actors {

/// Uplink to connector: make a connection, the one with this number; those
/// before are of no use any more.
struct dial {
  uint64_t number = 0;
};

/// Connector to uplink: there it is, or why not.
struct dialled {
  uint64_t number = 0;
  core::error failure;
  messages::node_door_actor door;
  /// See messages::join_node.
  std::string token;
};

/// Connector to uplink: it is no more.
struct disconnected {
  uint64_t number = 0;
  core::error why;
};

/// Who makes the connections of a node to its manager.
using connector_actor = compat::actor<void(dial)>;

/// To an uplink: take no new work, let what runs end within so long, and leave.
/// Answered when the node has left.
struct leave_fleet {
  core::duration within = core::duration::zero();
};

using uplink_impl
  = messages::node_uplink_actor::extend_with<messages::attempt_sink_actor>::
    extend_with<messages::attempt_owner_actor>::extend_with<
      messages::agent_watcher_actor>::extend_with<messages::adoption_actor>::
      extend_with<messages::agent_registry_actor>::extend_with<compat::actor<
        void(dialled), void(disconnected), messages::done(leave_fleet),
        void(flush_due), void(timer_due)>>;

} // namespace troupe::actors

TROUPE_LOCAL_MESSAGE(troupe::actors::dial)
TROUPE_LOCAL_MESSAGE(troupe::actors::dialled)
TROUPE_LOCAL_MESSAGE(troupe::actors::disconnected)
TROUPE_LOCAL_MESSAGE(troupe::actors::leave_fleet)

CAF_BEGIN_TYPE_ID_BLOCK(troupe_uplink, caf::id_block::troupe_nodes::end)
  CAF_ADD_TYPE_ID(troupe_uplink, (troupe::actors::dial))
  CAF_ADD_TYPE_ID(troupe_uplink, (troupe::actors::dialled))
  CAF_ADD_TYPE_ID(troupe_uplink, (troupe::actors::disconnected))
  CAF_ADD_TYPE_ID(troupe_uplink, (troupe::actors::leave_fleet))
  CAF_ADD_TYPE_ID(troupe_uplink, (troupe::actors::connector_actor))
  CAF_ADD_TYPE_ID(troupe_uplink, (troupe::actors::uplink_impl))
CAF_END_TYPE_ID_BLOCK(troupe_uplink)
