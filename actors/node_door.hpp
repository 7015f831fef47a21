#pragma once

#include "actors/node_session.hpp"
#include "link/secret.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace troupe::actors {

struct door_options {
  /// What nodes have to know; none = nobody asks.
  std::optional<link::secret> secret = {};
  /// Whether the connection with this token is that of a node of this name.
  /// Empty = there is no link to ask.
  std::function<core::result<void>(const std::string& name,
                                   const std::string& token)>
    identify = {};
  /// Makes the desk of a client that has been let in. Empty = clients are
  /// refused.
  std::function<messages::control_actor(caf::actor_system&,
                                        const std::string& name)>
    open_desk = {};
  /// Has the session looked after, beside those there are.
  std::function<void(const std::string& name, const caf::actor& session)>
    look_after = {};
};

/// Lets nodes in: checks who they are, and gives each its session. What it
/// remembers are challenges nobody has answered yet.
class node_door_state {
public:
  static inline const char* name = "node-door";

  explicit node_door_state(messages::node_door_actor::pointer self)
    : self_(self) {
  }

  messages::node_door_actor::behavior_type
  make_behavior(std::shared_ptr<const session_links> links,
                std::shared_ptr<const door_options> options);

private:
  struct challenge {
    std::string name;
    link::nonce theirs = {};
    link::nonce ours = {};
  };

  messages::node_challenge join(const messages::join_node& x);
  core::result<void> check(const messages::join_node& x) const;
  caf::result<messages::node_welcome> enter(messages::enter_node& x);
  core::result<void> check(const messages::enter_node& x);
  core::result<void> check_proof(const core::task_id& incarnation,
                                 const std::string& name,
                                 const std::string& proof);
  messages::client_welcome let_in(const messages::enter_client& x);
  messages::control_actor open_desk(const messages::enter_client& x);
  node_session_impl session_for(const messages::enter_node& x);

  messages::node_door_actor::pointer self_;
  std::shared_ptr<const session_links> links_;
  std::shared_ptr<const door_options> options_;
  std::map<core::task_id, challenge> challenges_;
  /// In the order in which they were made.
  std::deque<core::task_id> order_;
};

messages::node_door_actor::behavior_type
node_door(messages::node_door_actor::stateful_pointer<node_door_state> self,
          std::shared_ptr<const session_links> links,
          std::shared_ptr<const door_options> options);

/// What is published in the place of the door, which may be started again.
messages::node_door_actor::behavior_type
node_front(messages::node_door_actor::pointer self,
           reference<messages::node_door_actor> door);

} // namespace troupe::actors
