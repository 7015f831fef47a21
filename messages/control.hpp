#pragma once

/// \file
/// What a client asks a manager on another node: calls by name, with JSON text
/// for arguments and answers, as docs/control.md lists them.

#include "core/error.hpp"
#include "core/task_id.hpp"
#include "messages/compat.hpp"
#include "messages/wire.hpp"

#include <string>

namespace troupe::messages {

struct control_call {
  std::string method;
  std::string arguments;
};

struct control_reply {
  std::string text;
};

/// The DESK answers the calls of one client.
using control_actor = compat::actor<control_reply(control_call)>;

/// Second request of a client, after join_node. Answered by client_welcome.
struct enter_client {
  std::string name;
  core::task_id incarnation;
  std::string proof;
  /// Lives as long as the client; so does the desk.
  control_actor client;
};

struct client_welcome {
  core::error failure;
  control_actor desk;
};

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, control_call& x) {
  return compat::object(f, x, "control_call", compat::field{"method", x.method},
                        compat::field{"arguments", x.arguments});
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, control_reply& x) {
  return compat::object(f, x, "control_reply", compat::field{"text", x.text});
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, enter_client& x) {
  return compat::object(f, x, "enter_client", compat::field{"name", x.name},
                        compat::field{"incarnation", x.incarnation},
                        compat::field{"proof", x.proof},
                        compat::field{"client", x.client});
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, client_welcome& x) {
  return compat::object(f, x, "client_welcome",
                        compat::field{"failure", x.failure},
                        compat::field{"desk", x.desk});
}

} // namespace troupe::messages
