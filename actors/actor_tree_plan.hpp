#pragma once

/// \file
/// Private to the sources of actor_tree.

#include "actors/actor_tree.hpp"
#include "actors/journal_recovery.hpp"
#include "actors/manager.hpp"
#include "actors/queue.hpp"
#include "actors/router.hpp"
#include "actors/schedule_memory.hpp"
#include "actors/supervisor.hpp"
#include "core/circuit_board.hpp"
#include "core/event_log.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace troupe::actors {

template <class Handle>
caf::actor untyped(const Handle& x) {
  return caf::actor_cast<caf::actor>(x);
}

/// What starts the actors of a tree, and all that outlives them.
struct actor_tree::plan : std::enable_shared_from_this<plan> {
  plan(const environment& env, const tree_options& options,
       std::shared_ptr<directory> where, std::shared_ptr<agent_roster> roster);

  environment env;
  tree_options options;
  std::shared_ptr<directory> where;
  std::shared_ptr<agent_roster> roster;

  // What outlives actors.
  std::shared_ptr<core::event_log> log;
  std::shared_ptr<manager_memory> manager;
  std::shared_ptr<router_memory> router;
  std::shared_ptr<core::circuit_board> board;
  std::shared_ptr<schedule_memory> schedules;
  std::shared_ptr<const session_links> sessions;
  std::shared_ptr<const door_options> door;
  reference<messages::node_door_actor> current_door;
  std::shared_ptr<uplink_memory> node;
  connector_actor connector;
  reference<uplink_impl> uplink;
  /// What the process before has left, apart from tasks.
  journal_recovery recovery;
  std::vector<core::node_document> known_nodes;

  /// For all below.
  std::mutex mutex;
  std::vector<std::shared_ptr<queue_memory>> queues;
  supervisor_actor queue_supervisor;
  supervisor_actor agent_supervisor;
  supervisor_actor fleet_supervisor;

  void recall();
  void restore_circuits();
  void plan_fleet();
  void recall_nodes();
  void expect_nodes();
  void expect(const core::node_document& known);
  void look_after_session(const std::string& name, const caf::actor& session);
  caf::actor start_fleet();
  caf::actor start_door();
  caf::actor start_connector();
  caf::actor start_uplink();
  caf::actor start_bus();
  caf::actor start_journal();
  caf::actor start_manager();
  caf::actor start_router();
  caf::actor start_breaker();
  caf::actor start_limiter();
  caf::actor start_schedules();
  caf::actor start_queues();
  caf::actor start_agents();
  caf::actor start_queue(const std::shared_ptr<queue_memory>& memory);
  child child_for(const std::shared_ptr<queue_memory>& memory);
  supervisor_actor supervise(core::restart_strategy strategy,
                             std::vector<child> children,
                             bool ends_when_empty = false);
  void tell(const std::string& id, const std::string& why) const;
};

} // namespace troupe::actors
