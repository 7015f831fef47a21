#pragma once

// Long because it is one actor; the sources are split.

#include "actors/environment.hpp"
#include "actors/frame_channel.hpp"
#include "actors/node_options.hpp"
#include "actors/timer.hpp"
#include "actors/uplink_memory.hpp"
#include "actors/uplink_messages.hpp"
#include "core/failure_detector.hpp"
#include "core/reconnect_backoff.hpp"
#include "core/work_lease.hpp"
#include "link/secret.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace troupe::actors {

struct uplink_options {
  /// What the manager has to know, and ask for; none = neither.
  std::optional<link::secret> secret = {};
  /// Told of each change, with the reason if it waits; on the actor's thread.
  std::function<void(node_state, const core::error& why)> on_state = {};
};

/// The node's side of a node: to its agents it is both queue and manager, and
/// to its manager it speaks for them. It joins, comes back when the connection
/// has broken, and stops all attempts when the manager may have given it up.
class node_uplink_state {
public:
  static inline const char* name = "uplink";

  explicit node_uplink_state(uplink_impl::pointer self) : self_(self) {
  }

  uplink_impl::behavior_type
  make_behavior(const environment& env, uplink_options options,
                std::shared_ptr<uplink_memory> memory,
                connector_actor connector);

private:
  using agent = uplink_memory::agent;

  // Joining: node_uplink_join.cpp.
  void dial_soon(const core::error& why);
  void dial_now();
  void on_dialled(dialled& x);
  void on_challenge(messages::node_challenge& x);
  void enter(std::string proof);
  void on_welcome(messages::node_welcome& x);
  void resume(const messages::node_welcome& x);
  void begin(const messages::node_welcome& x);
  void give_up_all();
  void take_over();
  void on_adopted(const messages::attempts_adopted& x);
  void is_over(const core::attempt_key& key,
               std::vector<messages::node_order>& waited);
  void give_up(core::attempt_key key);
  void lose(const core::error& why);
  void wait_for_times();
  void on_time();
  void beat(core::time_point now);
  bool is_of_session(uint64_t session);
  void say(node_state state, const core::error& why = {});

  // Agents: node_uplink_agents.cpp.
  messages::done add(messages::add_agent& x);
  caf::result<messages::done> remove(const messages::remove_agent& x);
  messages::done set_paused(const std::string& id, bool is_paused);
  messages::agent_list list() const;
  agent* find(const std::string& id, uint32_t& number);
  agent* sender(uint32_t& number);
  uint32_t agent_of(const core::attempt_key& key) const;
  void on_condition(messages::agent_condition& x);
  void tell_condition(uint32_t number, const agent& x);
  void host_died(const caf::down_msg& x);
  void drop_agent(uint32_t number);
  void end_leaving();
  caf::result<messages::done> leave(core::duration within);
  void leave_if_done();

  // Attempts: node_uplink.cpp.
  void on_frame(messages::node_frame& x);
  void on_beat(const messages::node_beat& x);
  void carry_out(messages::node_orders& x);
  void run(std::vector<messages::node_order>& orders);
  void tell_agents(messages::node_orders& x);
  void command(const messages::node_command& x);
  void cannot_run(const core::attempt_key& key, core::error why);
  void on_ended(messages::attempts_ended& x);
  void on_signal(const std::vector<core::attempt_key>& keys,
                 messages::report_kind kind);

  template <class T>
  void report(std::vector<T> messages::node_reports::*list, T item) {
    (pending_.*list).push_back(std::move(item));
    flush_soon();
  }

  void on_children(messages::submit_children& x);
  void forget_acknowledged();
  void flush_soon();
  void flush();
  void cannot_send(messages::node_reports& batch);

  core::time_point now() const {
    return env_.now();
  }

  uplink_impl::pointer self_;
  environment env_;
  uplink_options options_;
  std::shared_ptr<uplink_memory> memory_;
  connector_actor connector_;
  core::task_id incarnation_;
  std::mt19937_64 random_;

  // The connection.
  core::reconnect_backoff backoff_;
  uint64_t connection_ = 0;
  core::time_point dial_at_ = core::never;
  messages::node_door_actor door_;
  messages::node_session_actor manager_;
  link::nonce nonce_ = {};
  /// Of the request to enter that is on its way.
  core::time_point entered_at_ = core::never;

  // The session; 0 = none.
  uint64_t session_ = 0;
  messages::node_times times_;
  core::work_lease lease_{core::duration::zero(), core::never};
  core::time_point heard_ = core::never;
  uint64_t last_beat_ = 0;
  core::time_point next_beat_ = core::never;
  std::deque<std::pair<uint64_t, core::time_point>> beats_;
  frame_channel channel_;
  messages::node_reports pending_;
  /// What was pending when the node asked to enter: what becomes of it depends
  /// on the answer.
  messages::node_reports held_;
  /// Sent and not acknowledged, by the number of their last frame.
  std::deque<std::pair<uint64_t, std::vector<core::attempt_outcome>>> on_way_;

  // Leaving.
  std::vector<caf::typed_response_promise<messages::done>> leavers_;
  /// Who waits for an agent to be gone.
  std::vector<std::pair<uint32_t, caf::typed_response_promise<messages::done>>>
    removals_;

  /// What the uplink before left running, for each agent and queue that was
  /// asked whether it still does.
  std::vector<std::vector<core::attempt_key>> asked_;

  timer timer_;
  bool is_flush_due_ = false;
};

uplink_impl::behavior_type
node_uplink(uplink_impl::stateful_pointer<node_uplink_state> self,
            const environment& env, uplink_options options,
            std::shared_ptr<uplink_memory> memory, connector_actor connector);

} // namespace troupe::actors
