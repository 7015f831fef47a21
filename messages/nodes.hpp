#pragma once

// Long because it is all that nodes say to each other.

/// \file
/// What crosses the wire between a node and its manager. A node *joins* by
/// three requests to the manager's door, and has a *session* from then on: two
/// streams of frames, one each way, that survive the connection. What a frame
/// carries are pieces of node_orders, to the node, and of node_reports, to the
/// manager. docs/nodes.md tells how.

#include "core/node_document.hpp"
#include "messages/control.hpp"
#include "messages/wire.hpp"

#include <string>
#include <utility>
#include <vector>

namespace troupe::messages {

/// Of what is said in here. A node of another version is refused.
inline constexpr uint32_t node_protocol = 2;

/// A piece of a batch on its way. Pieces are numbered from 1 in a session, and
/// sent again in the next connection if they were not taken in.
struct node_frame {
  uint64_t session = 0;
  uint64_t number = 0;
  /// All frames up to this one have come from the other side.
  uint64_t received = 0;
  /// The batch is whole with it.
  bool is_last = true;
  std::string bytes;
};

/// A sign of life, from either side. The manager gives back the node's number:
/// so the node knows how long the manager will take it for alive.
struct node_beat {
  uint64_t session = 0;
  uint64_t number = 0;
  uint64_t received = 0;
};

/// From the manager: it does not know this session any more.
struct node_unknown {
  uint64_t session = 0;
};

/// From a node that has ended what it had: it will not come back by itself.
struct node_leaves {
  uint64_t session = 0;
};

/// From the manager: give back what you run after so long, and leave.
struct node_drains {
  uint64_t session = 0;
  core::duration within = core::duration::zero();
};

/// The manager's side of a session, for the node.
using node_session_actor
  = compat::actor<void(node_frame), void(node_beat), void(node_leaves)>;

/// The node's side, for the manager.
using node_uplink_actor = compat::actor<void(node_frame), void(node_beat),
                                        void(node_unknown), void(node_drains)>;

/// First request of a node, or of a client: here I am. Answered by
/// node_challenge.
struct join_node {
  uint32_t protocol = node_protocol;
  std::string name;
  /// Of the process, made anew whenever it starts.
  core::task_id incarnation;
  /// Stands for the connection: see link::dialer. Empty without a link.
  std::string token;
  /// What the manager is to show that it knows the secret with.
  std::string nonce;
};

struct node_challenge {
  core::error failure;
  uint32_t protocol = node_protocol;
  std::string nonce;
  /// The manager's proof; empty without a secret.
  std::string proof;
};

/// What a node has of an attempt.
struct node_claim {
  uint32_t agent = 0;
  core::attempt_key key;
  core::live_attempt::state at = core::live_attempt::state::running;
  bool is_paused = false;
};

/// Second request: and this is what I have. Answered by node_welcome.
struct enter_node {
  core::node_spec spec;
  core::task_id incarnation;
  std::string proof;
  /// The session it had, and what it has received in it; 0 = none.
  uint64_t session = 0;
  uint64_t received = 0;
  std::vector<core::node_agent> agents;
  /// What runs, and what has ended without the manager's knowledge.
  std::vector<node_claim> claims;
  node_uplink_actor uplink;
};

/// How nodes and manager watch each other.
struct node_times {
  core::duration heartbeat = core::duration::zero();
  core::duration suspect_after = core::duration::zero();
  core::duration lease = core::duration::zero();
};

struct node_welcome {
  core::error failure;
  uint64_t session = 0;
  /// The session goes on: `received` frames have come, send those after it. If
  /// not, all numbers begin anew.
  bool is_resumed = false;
  uint64_t received = 0;
  /// Of a session that begins: what was claimed is not to be given up.
  bool is_adopted = false;
  /// Of those, nobody wants these any more.
  std::vector<core::attempt_key> unwanted;
  node_times times;
  node_session_actor actor;
};

/// What is published for nodes and clients.
using node_door_actor
  = compat::actor<node_challenge(join_node), node_welcome(enter_node),
                  client_welcome(enter_client)>;

// -- to the node --------------------------------------------------------------

/// One attempt for one of its agents.
struct node_order {
  uint32_t agent = 0;
  wire_spec spec;
  uint32_t number = 1;
  bool is_resumed = false;
  /// False: they are the spec's.
  bool has_parameters = false;
  core::payload parameters;
  std::vector<core::dependency_result> dependencies;
};

enum class order_kind : uint8_t {
  cancel,
  pause,
  resume,
  /// Whatever the attempts of this queue wait for is to be asked for again.
  ask_again,
  /// The agent gets no more work, and is to end; at once if the number is 1.
  stop_agent,
};

constexpr order_kind last_value(order_kind) noexcept {
  return order_kind::stop_agent;
}

/// Something short for an agent.
struct node_command {
  order_kind kind = order_kind::cancel;
  uint32_t agent = 0;
  core::attempt_key key;
  uint32_t number = 0;
  std::string queue;
};

/// A child's end, for the attempts that wait for it on this agent.
struct node_child_end {
  uint32_t agent = 0;
  wire_record ended;
  /// The children of these ids are that task.
  std::vector<core::task_id> also = {};
};

struct node_child_refusal {
  uint32_t agent = 0;
  core::attempt_key parent;
  core::task_id child;
  core::error why;
};

struct node_answer {
  uint32_t agent = 0;
  core::input_answer what;
};

/// The manager does not take this agent of the node's, e.g. because there is
/// another with its id.
struct node_agent_refusal {
  uint32_t agent = 0;
  core::error why;
};

/// Carried out in the order of the members.
struct node_orders {
  std::vector<node_order> orders;
  std::vector<node_child_end> ends;
  std::vector<node_child_refusal> refusals;
  std::vector<node_answer> answers;
  std::vector<node_command> commands;
  std::vector<node_agent_refusal> refused;
};

// -- to the manager -----------------------------------------------------------

struct node_child {
  uint32_t agent = 0;
  core::attempt_key parent;
  bool is_awaited = false;
  std::vector<wire_spec> specs;
};

struct node_event {
  core::attempt_key key;
  core::event what;
};

struct node_progress {
  core::attempt_key key;
  double percent = 0;
  std::string note;
};

struct node_question {
  uint32_t agent = 0;
  core::attempt_key key;
  core::question what;
};

enum class report_kind : uint8_t {
  parked,
  unparked,
  /// It stands at a checkpoint, because of the pause with this number.
  paused,
};

constexpr report_kind last_value(report_kind) noexcept {
  return report_kind::paused;
}

struct node_signal {
  report_kind kind = report_kind::parked;
  core::attempt_key key;
  uint32_t number = 0;
};

struct node_condition {
  uint32_t agent = 0;
  uint32_t abandoned = 0;
  bool is_offline = false;
  bool is_leaving = false;
  std::string note;
};

/// Taken in in the order of the members.
struct node_reports {
  std::vector<core::node_agent> added;
  std::vector<node_child> children;
  std::vector<node_progress> progress;
  std::vector<node_event> events;
  std::vector<node_question> questions;
  std::vector<node_signal> signals;
  std::vector<core::attempt_outcome> outcomes;
  std::vector<node_condition> conditions;
  /// Agents that are gone with all they had.
  std::vector<uint32_t> removed;
};

// -- how they travel ----------------------------------------------------------

#define TROUPE_WIRE_FIELD(name)                                                \
  compat::field {                                                              \
#name, x.name                                                              \
  }

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_frame& x) {
  return compat::object(f, x, "node_frame", TROUPE_WIRE_FIELD(session),
                        TROUPE_WIRE_FIELD(number), TROUPE_WIRE_FIELD(received),
                        TROUPE_WIRE_FIELD(is_last), TROUPE_WIRE_FIELD(bytes));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_beat& x) {
  return compat::object(f, x, "node_beat", TROUPE_WIRE_FIELD(session),
                        TROUPE_WIRE_FIELD(number), TROUPE_WIRE_FIELD(received));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_unknown& x) {
  return compat::object(f, x, "node_unknown", TROUPE_WIRE_FIELD(session));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_leaves& x) {
  return compat::object(f, x, "node_leaves", TROUPE_WIRE_FIELD(session));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_drains& x) {
  return compat::object(f, x, "node_drains", TROUPE_WIRE_FIELD(session),
                        TROUPE_WIRE_FIELD(within));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, join_node& x) {
  return compat::object(f, x, "join_node", TROUPE_WIRE_FIELD(protocol),
                        TROUPE_WIRE_FIELD(name), TROUPE_WIRE_FIELD(incarnation),
                        TROUPE_WIRE_FIELD(token), TROUPE_WIRE_FIELD(nonce));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_challenge& x) {
  return compat::object(f, x, "node_challenge", TROUPE_WIRE_FIELD(failure),
                        TROUPE_WIRE_FIELD(protocol), TROUPE_WIRE_FIELD(nonce),
                        TROUPE_WIRE_FIELD(proof));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_claim& x) {
  return compat::object(f, x, "node_claim", TROUPE_WIRE_FIELD(agent),
                        TROUPE_WIRE_FIELD(key), TROUPE_WIRE_FIELD(at),
                        TROUPE_WIRE_FIELD(is_paused));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, enter_node& x) {
  return compat::object(f, x, "enter_node", TROUPE_WIRE_FIELD(spec),
                        TROUPE_WIRE_FIELD(incarnation),
                        TROUPE_WIRE_FIELD(proof), TROUPE_WIRE_FIELD(session),
                        TROUPE_WIRE_FIELD(received), TROUPE_WIRE_FIELD(agents),
                        TROUPE_WIRE_FIELD(claims), TROUPE_WIRE_FIELD(uplink));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_times& x) {
  return compat::object(f, x, "node_times", TROUPE_WIRE_FIELD(heartbeat),
                        TROUPE_WIRE_FIELD(suspect_after),
                        TROUPE_WIRE_FIELD(lease));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_welcome& x) {
  return compat::object(f, x, "node_welcome", TROUPE_WIRE_FIELD(failure),
                        TROUPE_WIRE_FIELD(session),
                        TROUPE_WIRE_FIELD(is_resumed),
                        TROUPE_WIRE_FIELD(received),
                        TROUPE_WIRE_FIELD(is_adopted),
                        TROUPE_WIRE_FIELD(unwanted), TROUPE_WIRE_FIELD(times),
                        TROUPE_WIRE_FIELD(actor));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_order& x) {
  return compat::object(f, x, "node_order", TROUPE_WIRE_FIELD(agent),
                        TROUPE_WIRE_FIELD(spec), TROUPE_WIRE_FIELD(number),
                        TROUPE_WIRE_FIELD(is_resumed),
                        TROUPE_WIRE_FIELD(has_parameters),
                        TROUPE_WIRE_FIELD(parameters),
                        TROUPE_WIRE_FIELD(dependencies));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_command& x) {
  return compat::object(f, x, "node_command", TROUPE_WIRE_FIELD(kind),
                        TROUPE_WIRE_FIELD(agent), TROUPE_WIRE_FIELD(key),
                        TROUPE_WIRE_FIELD(number), TROUPE_WIRE_FIELD(queue));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_child_end& x) {
  return compat::object(f, x, "node_child_end", TROUPE_WIRE_FIELD(agent),
                        TROUPE_WIRE_FIELD(ended), TROUPE_WIRE_FIELD(also));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_child_refusal& x) {
  return compat::object(f, x, "node_child_refusal", TROUPE_WIRE_FIELD(agent),
                        TROUPE_WIRE_FIELD(parent), TROUPE_WIRE_FIELD(child),
                        TROUPE_WIRE_FIELD(why));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_answer& x) {
  return compat::object(f, x, "node_answer", TROUPE_WIRE_FIELD(agent),
                        TROUPE_WIRE_FIELD(what));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_agent_refusal& x) {
  return compat::object(f, x, "node_agent_refusal", TROUPE_WIRE_FIELD(agent),
                        TROUPE_WIRE_FIELD(why));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_orders& x) {
  return compat::object(f, x, "node_orders", TROUPE_WIRE_FIELD(orders),
                        TROUPE_WIRE_FIELD(ends), TROUPE_WIRE_FIELD(refusals),
                        TROUPE_WIRE_FIELD(answers), TROUPE_WIRE_FIELD(commands),
                        TROUPE_WIRE_FIELD(refused));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_child& x) {
  return compat::object(f, x, "node_child", TROUPE_WIRE_FIELD(agent),
                        TROUPE_WIRE_FIELD(parent),
                        TROUPE_WIRE_FIELD(is_awaited),
                        TROUPE_WIRE_FIELD(specs));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_event& x) {
  return compat::object(f, x, "node_event", TROUPE_WIRE_FIELD(key),
                        TROUPE_WIRE_FIELD(what));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_progress& x) {
  return compat::object(f, x, "node_progress", TROUPE_WIRE_FIELD(key),
                        TROUPE_WIRE_FIELD(percent), TROUPE_WIRE_FIELD(note));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_question& x) {
  return compat::object(f, x, "node_question", TROUPE_WIRE_FIELD(agent),
                        TROUPE_WIRE_FIELD(key), TROUPE_WIRE_FIELD(what));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_signal& x) {
  return compat::object(f, x, "node_signal", TROUPE_WIRE_FIELD(kind),
                        TROUPE_WIRE_FIELD(key), TROUPE_WIRE_FIELD(number));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_condition& x) {
  return compat::object(f, x, "node_condition", TROUPE_WIRE_FIELD(agent),
                        TROUPE_WIRE_FIELD(abandoned),
                        TROUPE_WIRE_FIELD(is_offline),
                        TROUPE_WIRE_FIELD(is_leaving), TROUPE_WIRE_FIELD(note));
}

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, node_reports& x) {
  return compat::object(f, x, "node_reports", TROUPE_WIRE_FIELD(added),
                        TROUPE_WIRE_FIELD(children),
                        TROUPE_WIRE_FIELD(progress), TROUPE_WIRE_FIELD(events),
                        TROUPE_WIRE_FIELD(questions),
                        TROUPE_WIRE_FIELD(signals), TROUPE_WIRE_FIELD(outcomes),
                        TROUPE_WIRE_FIELD(conditions),
                        TROUPE_WIRE_FIELD(removed));
}

#undef TROUPE_WIRE_FIELD

} // namespace troupe::messages
