#pragma once

#include "messages/agents.hpp"
#include "messages/attempts.hpp"
#include "messages/circuits.hpp"
#include "messages/dead_letters.hpp"
#include "messages/events.hpp"
#include "messages/journal.hpp"
#include "messages/queues.hpp"
#include "messages/rate_limits.hpp"
#include "messages/schedules.hpp"
#include "messages/slots.hpp"
#include "messages/tasks.hpp"
#include "messages/waits.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace troupe::messages {

// The interfaces of agents, of their sinks and of the event bus stand beside
// their messages, in agents.hpp, attempts.hpp and events.hpp.

/// A QUEUE owns the order and the limits of one line of ready tasks.
using queue_actor = attempt_sink_actor::extend_with<compat::actor<
  // From the manager.
  void(enqueue_tasks), void(withdraw_tasks), void(change_priority),
  void(hold_task), void(release_task), void(recover_tasks), void(bar_circuits),
  void(allow_probe), void(report_taken), explanation(explain_waiting),
  // From the router.
  void(slots_changed), void(slots_recovered), void(agent_gone),
  // From clients.
  done(pause_queue), done(resume_queue), processed(process_queue),
  core::queue_info(get_queue)>>;

/// To the router: lend slots to this queue.
struct attach_queue_to_router {
  std::string name;
  queue_actor queue;
  core::routing_strategy routing = core::routing_strategy::least_loaded;
};

/// To the router: lend the slots of this agent. Refused if there is one with
/// its id, or its node has not been set.
struct add_agent {
  core::agent_spec spec;
  agent_host_actor host;
  /// Kept by the agent: how many attempts it runs right now.
  std::shared_ptr<std::atomic<uint32_t>> load;
  /// It was started again: it takes the place of one with the same id.
  bool is_restarted = false;
};

/// Answered when it is gone.
struct remove_agent {
  std::string id;
  bool is_at_once = false;
};

/// Lend it to nobody but attempts that live on it, until it is resumed.
struct pause_agent {
  std::string id;
};

struct resume_agent {
  std::string id;
};

struct get_agents {};

struct agent_list {
  std::vector<core::agent_info> agents;
};

/// To the router: why has no task with this demand a slot?
struct explain_demand {
  std::shared_ptr<const core::demand> what;
};

/// Where agents are registered: the router, or the uplink of a node that has
/// joined another one.
using agent_registry_actor
  = compat::actor<done(add_agent), done(remove_agent), done(pause_agent),
                  done(resume_agent), agent_list(get_agents)>;

/// The ROUTER knows the agents and lends their slots to queues.
using router_actor
  = agent_watcher_actor::extend_with<agent_registry_actor>::extend_with<
    compat::actor<void(want_slots), done(attach_queue_to_router),
                  explanation(explain_demand), void(recover_slots),
                  void(attempts_adopted), done(set_node), done(drop_node)>>;

/// To the manager: tasks may name this queue.
struct attach_queue {
  core::queue_spec spec;
  queue_actor queue;
  /// It was started again, takes the place of the one with its name, and is to
  /// be told all it has to do.
  bool is_restarted = false;
};

/// The MANAGER owns the records of all tasks and their graph; it alone changes
/// a status. This is Troupe's interface for clients that are actors.
using manager_actor = compat::actor<
  // From clients.
  done(submit_tasks), void(stream_tasks), done(await_tasks),
  task_found(get_task), core::task_page(list_tasks),
  core::task_stats(get_stats), done(cancel_task), done(set_task_priority),
  done(update_progress), explanation(explain_task), done(await_idle),
  done(stop_accepting), done(attach_queue), core::task_page(list_dead_letters),
  done(drop_dead_letter), dead_letters_dropped(drop_dead_letters),
  done(pause_task), done(resume_task), done(provide_input),
  input_list(get_inputs), done(keep_document),
  // From queues.
  void(report_attempts), void(ask_probe),
  // From gates.
  void(observe_attempts), void(bar_circuits), void(allow_probe),
  // From agents.
  void(submit_children), void(report_event), void(ask_input),
  void(attempt_paused),
  // From the event bus.
  void(listeners_changed),
  // From the journal.
  void(journal_committed), void(journal_condition), void(ask_needed)>;

/// Where tasks are submitted: the manager, or a GATE before it. A gate admits
/// what it gets, which is to pass it on under the sender's name, or answers in
/// the manager's place.
using submission_actor = compat::actor<done(submit_tasks), void(stream_tasks)>;

/// The CIRCUIT BREAKER is the gate that keeps tasks away from what keeps
/// failing.
using circuit_breaker_actor = submission_actor::extend_with<compat::actor<
  // From the manager.
  void(attempts_observed), void(ask_probe),
  // From clients.
  circuit_list(get_circuits), done(trip_circuit), done(force_open_circuit),
  done(reset_circuit), done(stop_gating)>>;

/// The RATE LIMITER is the gate that bounds how much is submitted in a time.
using rate_limiter_actor = submission_actor::extend_with<
  compat::actor<rate_limit_list(get_rate_limits), done(stop_gating)>>;

} // namespace troupe::messages
