#pragma once

#include "actors/door_connection.hpp"
#include "actors/node_options.hpp"
#include "actors/reference.hpp"
#include "actors/uplink_messages.hpp"
#include "core/error.hpp"

#include <memory>
#include <string>

namespace troupe::actors {

/// What a runtime has of the network: the public side of a manager, or the
/// dialer of a node. BASP itself, CAF's protocol, is only on 127.0.0.1.
class node_network {
public:
  explicit node_network(caf::actor_system& system);
  ~node_network();

  node_network(const node_network&) = delete;
  node_network& operator=(const node_network&) = delete;

  /// Publishes the door and listens. Errors as link::listener::start.
  core::result<void> listen(const reference<messages::node_door_actor>& door,
                            link::listener_options options);

  /// Whether the connection with this token is a node's of this name. Safe from
  /// any thread.
  core::result<void> identify(const std::string& name,
                              const std::string& token) const;

  /// Where nodes come in; 0 = nowhere.
  uint16_t port() const;

  /// Reads the files of a node. Errors as link::dialer::make.
  core::result<void> prepare(link::dialer_options options);

  /// Of a client that is prepared: see connect_to_door().
  core::result<door_connection> connect(core::duration timeout) const;

  /// Of a node that is prepared.
  connector_actor make_connector() const;

  /// No connection is left, and none is made any more.
  void stop();

private:
  caf::actor_system& system_;
  /// Actors with lower numbers are CAF's own, and nobody else's business.
  uint64_t actor_id_min_ = 0;
  reference<std::shared_ptr<link::listener>> listener_;
  /// What is published; null without a listener.
  messages::node_door_actor front_;
  std::shared_ptr<link::dialer> dialer_;
};

} // namespace troupe::actors
