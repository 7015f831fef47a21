#pragma once

#include "actors/agent_roster.hpp"
#include "actors/directory.hpp"
#include "actors/environment.hpp"
#include "actors/node_door.hpp"
#include "actors/node_uplink.hpp"
#include "core/circuit_settings.hpp"
#include "core/journal_settings.hpp"
#include "core/queue_spec.hpp"
#include "core/rate_limits.hpp"
#include "core/retention.hpp"
#include "core/supervision.hpp"
#include "core/time_zone.hpp"
#include "storage/journal.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::actors {

/// What makes a Troupe one that nodes can join.
struct fleet_plan {
  core::liveness_settings liveness = {};
  std::optional<link::secret> secret = {};
  decltype(door_options::identify) identify = {};
  decltype(door_options::open_desk) open_desk = {};
};

/// What makes a Troupe a node of another one: agents are all it has.
struct node_plan {
  core::node_spec spec = {};
  uplink_options options = {};
  /// Spawns who makes its connections.
  std::function<connector_actor()> make_connector = {};
};

struct tree_options {
  /// As in runtime_options.
  size_t events_kept = 16384;
  core::retention_settings retention = {};
  uint32_t max_parallel = 0;
  std::optional<core::circuit_options> circuits = {};
  core::rate_limit_options rate_limits = {};
  core::restart_limits restarts = {5, std::chrono::seconds{10}};
  std::shared_ptr<storage::journal> journal = {};
  core::journal_settings journal_settings = {};
  std::optional<fleet_plan> fleet = {};
  std::optional<node_plan> node = {};
};

/// Troupe's own actors under their supervisors, in the order in which they need
/// each other:
///
///     root                     rest_for_one
///       agents                 one_for_one
///         one for each agent   one_for_one, temporary
///           the agent          transient
///       fleet                  one_for_one, if nodes can join
///         node-door
///         each node's session  temporary
///       event-bus
///       journal                if there is one
///       manager
///       router
///       queues                 one_for_one
///         each queue
///       circuit-breaker
///       rate-limiter
///       schedule-keeper
///
/// One that is itself a node of another Troupe has only agents, a connector and
/// an uplink.
///
/// What they know of tasks, slots, circuits, schedules and events is kept
/// beside them, and whoever is started again goes on with it: it asks for what
/// its mailbox may have lost.
class actor_tree {
public:
  /// Takes over what a journal has from the process before. Throws
  /// core::failure if it cannot.
  actor_tree(const environment& env, const tree_options& options);

  /// Where its actors are. It is closed when the root gives up.
  const std::shared_ptr<directory>& where() const noexcept {
    return where_;
  }

  const std::shared_ptr<agent_roster>& roster() const noexcept {
    return roster_;
  }

  /// The nodes there are; null if none can join.
  std::shared_ptr<fleet_memory> fleet() const noexcept;

  /// Where they knock: whoever is the door right now. Null likewise.
  const reference<messages::node_door_actor>& door() const noexcept;

  /// Of a node. Null if it is none.
  uplink_impl uplink() const;

  /// Those schedules may name. Safe from any thread.
  const core::time_zones& zones() const noexcept;

  /// Starts a queue, soon; then where() knows it, and so do router and manager.
  void add_queue(core::queue_spec spec);

  /// Looks after an agent that the router knows. `start` makes another one when
  /// it has died; if it is empty, the agent is gone then.
  void look_after(core::agent_spec spec, messages::agent_host_actor host,
                  load_counter load,
                  std::function<messages::agent_host_actor()> start);

  /// With a journal: writes what is left when the root has exited.
  core::result<void> write_rest();

  /// Exits when it has stopped all, or has given up.
  const caf::actor& root() const noexcept {
    return root_;
  }

private:
  /// What the ways to start again share.
  struct plan;

  std::shared_ptr<directory> where_;
  std::shared_ptr<agent_roster> roster_;
  std::shared_ptr<plan> plan_;
  caf::actor root_;
};

} // namespace troupe::actors
