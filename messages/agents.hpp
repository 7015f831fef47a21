#pragma once

#include "core/agent_spec.hpp"
#include "core/attempt.hpp"
#include "core/demand.hpp"
#include "core/error.hpp"
#include "messages/attempts.hpp"
#include "messages/compat.hpp"
#include "messages/tasks.hpp"
#include "messages/waits.hpp"

#include <string>
#include <vector>

namespace troupe::messages {

/// The request an application's own CAF actor gets for each attempt.
struct perform_task {
  core::attempt_key key;
  core::task_spec_ptr spec;
  core::payload parameters;
  std::shared_ptr<const core::dependency_results> dependencies;
};

/// Its answer: a result, or a failure with a code other than `none`.
struct task_performed {
  core::payload result;
  core::error failure;
};

/// What an application's own CAF actor has to speak to be an agent. It gets at
/// most as many requests at once as it declares slots, and may answer them in
/// any order, also later by a promise. An error answer fails the attempt; when
/// the actor terminates, what it worked on is lost and runs again elsewhere.
using agent_actor = compat::actor<task_performed(perform_task)>;

/// No more work will come; what runs should end, or be stopped.
struct stop_agent {
  bool is_at_once = false;
};

/// To an agent, from whoever wants to be told of its agent_condition.
struct watch_agent {};

/// From an agent, when something has changed about it.
struct agent_condition {
  /// Threads of handlers that did not stop when told to.
  uint32_t abandoned = 0;
  /// They are too many: it should get no more work.
  bool is_offline = false;
  /// It wants to go: it is told to stop when nobody can send it work any more.
  bool is_leaving = false;
  /// Why.
  std::string note;
};

/// Where an agent tells it.
using agent_watcher_actor = compat::actor<void(agent_condition)>;

/// Troupe's side of an agent: where queues send attempts, whatever kind of
/// agent it is.
using agent_host_actor = input_asker_actor::extend_with<
  compat::actor<void(run_attempts), void(cancel_attempts), void(tasks_ended),
                void(children_refused), void(stop_agent), void(watch_agent),
                void(pause_attempt), void(resume_attempt), void(adopt_attempts),
                void(ask_again)>>;

/// Whom handlers tell and ask about their tasks: the manager, for a narrow view
/// of it, or what passes it on to the manager of another node.
using attempt_owner_actor
  = compat::actor<void(submit_children), void(report_event),
                  done(update_progress), void(ask_input), void(attempt_paused)>;

} // namespace troupe::messages
