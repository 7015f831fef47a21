#pragma once

#include "core/failure_detector.hpp"
#include "core/node_spec.hpp"
#include "core/time.hpp"
#include "link/dialer.hpp"
#include "link/listener.hpp"
#include "link/secret.hpp"
#include "messages/control.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

namespace troupe::actors {

/// Lets nodes join this runtime: their agents work as if they were here.
struct listen_options {
  /// Where, who may come, and how they prove who they are. `target_port` is not
  /// looked at.
  link::listener_options link = {};
  /// What nodes have to know besides; none = nothing.
  std::optional<link::secret> secret = {};
  /// How soon a silent node is noticed. Nodes are told.
  core::liveness_settings liveness = {};
  /// Makes who answers the calls of a client of this name: see
  /// control::open_desk(). Empty = clients are refused.
  std::function<messages::control_actor(caf::actor_system&,
                                        const std::string& client)>
    open_desk = {};
};

/// Where a node stands with its manager.
enum class node_state : uint8_t {
  /// Its agents get work.
  joined,
  /// It has no connection, and tries again and again.
  waiting,
  /// It has left for good, because it was told to.
  left,
};

/// Makes this runtime a node of another one, which listens: its agents work
/// for that one. It has no tasks and no queues of its own.
struct join_options {
  /// What the node is called there, and what it has. The name is that of its
  /// certificate, and no other node's.
  core::node_spec node = {};
  /// Where the manager is. `node_name` is not looked at.
  link::dialer_options link = {};
  std::optional<link::secret> secret = {};
  /// Told of each change, with the reason if it waits. Called on one of the
  /// runtime's threads: it must return soon.
  std::function<void(node_state, const core::error& why)> on_state = {};
};

} // namespace troupe::actors
