#pragma once

// Long because it is one actor; the sources are split.

#include "actors/agent_roster.hpp"
#include "actors/directory.hpp"
#include "actors/environment.hpp"
#include "actors/fleet_memory.hpp"
#include "actors/frame_channel.hpp"
#include "actors/timer.hpp"
#include "core/failure_detector.hpp"
#include "core/node_document.hpp"
#include "core/node_ledger.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe::actors {

/// What all sessions of a manager share.
struct session_links {
  environment env;
  std::shared_ptr<directory> where;
  std::shared_ptr<fleet_memory> fleet;
  core::liveness_settings liveness;
};

/// An attempt that the journal says runs on a node.
struct presumed_attempt {
  core::task_spec_ptr spec;
  uint32_t number = 0;
  /// By the node's number.
  uint32_t agent = 0;
};

/// The manager's side of one node: passes on what its agents are to do and what
/// comes of it, in batches, over whatever connection there is; watches whether
/// the node is alive. A node that is given up is gone with all its agents, and
/// what they had is lost. One that comes back over another connection in time
/// goes on as if nothing had been.
class node_session_state {
public:
  static inline const char* name = "node";

  explicit node_session_state(node_session_impl::pointer self) : self_(self) {
  }

  /// Its agents are made and made known by register_agents(); `presumed` is
  /// what they are believed to run, if the node is expected back.
  node_session_impl::behavior_type
  make_behavior(std::shared_ptr<const session_links> links,
                core::node_document node,
                const std::vector<presumed_attempt>& presumed, bool is_awaited);

private:
  struct agent {
    core::agent_spec spec;
    remote_agent_impl actor;
    load_counter load;
    /// As the node says it is.
    messages::agent_condition condition;
  };

  using ledger = core::node_ledger<messages::attempt_sink_actor>;

  messages::node_welcome enter(messages::enter_node& x);
  void begin(messages::enter_node& x);
  void renumber();
  void connect(const messages::node_uplink_actor& uplink);
  std::vector<core::attempt_key>
  claim(const std::vector<messages::node_claim>& claims);
  void set_agents(const std::vector<core::node_agent>& agents);
  void add(const core::node_agent& x);
  void make_known(uint32_t number);
  void make_known_later(uint32_t number);
  void refuse(uint32_t number, core::error why);
  void expect(expect_agent& x);
  void start(uint32_t number, agent& x);
  void remove(uint32_t number);
  void replace(uint32_t number);
  void keep();

  void on_order(to_node& x);
  void adopt(adopt_remote& x);
  void on_frame(messages::node_frame& x);
  void on_beat(const messages::node_beat& x);
  bool is_heard(uint64_t session);
  void take_in(messages::node_reports& x);
  void take_in_agents(messages::node_reports& x);
  void take_in_attempts(messages::node_reports& x);
  void pass_children(messages::node_child& x);
  void on_down(const caf::down_msg& x);
  void watch();
  void tell_conditions();
  void tell_condition(agent& x);
  void set_load(uint32_t number);
  void drain(core::duration within);
  void tell_drain();
  void end(const std::string& why);
  void publish(core::event_kind kind, std::string text = {});
  core::node_info info() const;
  void flush_soon();
  void flush();
  void cannot_send(messages::node_orders& batch);
  void end_attempt(const core::attempt_key& key,
                   const messages::attempt_sink_actor& sink, core::error why);

  node_session_impl::pointer self_;
  std::shared_ptr<const session_links> links_;
  core::node_spec spec_;
  core::task_id incarnation_;
  uint64_t number_ = 0;
  /// Null without a connection.
  messages::node_uplink_actor uplink_;
  /// The node has spoken in this connection, so it knows the session: what it
  /// is told before may come before the welcome.
  bool has_spoken_ = false;
  std::map<uint32_t, agent> agents_;
  ledger ledger_;
  frame_channel channel_;
  messages::node_orders pending_;
  core::failure_detector detector_;
  timer timer_;
  /// Agents whom no router could be told of, and when to try again.
  std::vector<uint32_t> unknown_;
  core::time_point retry_at_ = core::never;
  core::time_point joined_ = core::never;
  uint32_t reconnections_ = 0;
  /// Nobody has entered it yet.
  bool is_new_ = true;
  /// The node has spoken in it, so it has got the welcome.
  bool was_heard_ = false;
  bool is_awaited_ = false;
  /// The node was expected with what it had.
  bool is_adopted_ = false;
  bool is_suspect_ = false;
  bool is_draining_ = false;
  core::time_point drain_by_ = core::never;
  bool is_flush_due_ = false;
};

/// However the session ends.
void forget_when_gone(const session_links& links, const std::string& name,
                      const node_session_impl& session);

node_session_impl::behavior_type
node_session(node_session_impl::stateful_pointer<node_session_state> self,
             std::shared_ptr<const session_links> links,
             core::node_document node,
             const std::vector<presumed_attempt>& presumed, bool is_awaited);

} // namespace troupe::actors
