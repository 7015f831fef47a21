#pragma once

#include "core/error.hpp"
#include "core/time.hpp"
#include "link/connection.hpp"
#include "link/dialer.hpp"
#include "messages/type_ids.hpp"

namespace troupe::actors {

/// A connection to another node's Troupe, and whom to knock at there.
struct door_connection {
  link::connection line;
  messages::node_door_actor door;
};

/// Blocks. Errors as link::dialer::connect, and `unavailable` if who answers is
/// no Troupe, or one of another CAF.
core::result<door_connection> connect_to_door(caf::actor_system& system,
                                              link::dialer& dialer,
                                              core::duration timeout);

} // namespace troupe::actors
