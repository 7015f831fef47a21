#pragma once

#include "actors/reference.hpp"
#include "control/channel.hpp"
#include "messages/type_ids.hpp"

#include <memory>
#include <string>

namespace troupe::control {

/// Whoever answers calls right now; null = nobody yet.
using channel_reference = actors::reference<std::shared_ptr<channel>>;

/// Answers the calls of one client of another process, in its name: whatever
/// `by` says, it is the client's name. Each call has a thread of its own, since
/// it may take as long as it says; there are at most 64 at once, and more are
/// refused with `ec::rate_limited`.
messages::control_actor::behavior_type
desk(messages::control_actor::pointer self, const channel_reference& to,
     const std::string& client);

/// For actors::listen_options::open_desk.
messages::control_actor open_desk(caf::actor_system& system,
                                  const channel_reference& to,
                                  const std::string& client);

} // namespace troupe::control
