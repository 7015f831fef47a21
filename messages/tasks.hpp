#pragma once

#include "core/attempt.hpp"
#include "core/error.hpp"
#include "core/event.hpp"
#include "core/task_query.hpp"
#include "messages/compat.hpp"

#include <set>
#include <string>
#include <vector>

namespace troupe::messages {

/// The answer to a command: done, or why not.
struct done {
  core::error failure;
  /// Of submit_tasks: tasks that were there already, by their keys. Their ids
  /// are those of nothing.
  std::vector<core::repetition> repeated = {};
};

/// All of them or none.
struct submit_tasks {
  std::vector<core::task_spec_ptr> specs;
  /// Who replays, if that is what they are. Empty, here as in all commands:
  /// nobody said.
  std::string by = {};
};

/// Each on its own; acknowledged in batches by stream_acknowledged.
struct stream_tasks {
  std::vector<core::task_spec_ptr> specs;
};

struct refusal {
  core::task_id task;
  core::error why;
};

/// To a client that streams: so many are through since the last one.
struct stream_acknowledged {
  uint64_t count = 0;
  std::vector<refusal> refused;
  /// Of those that were accepted; as in `done`.
  std::vector<core::repetition> repeated = {};
};

/// From a handler, for its task: refusals come back as children_refused, ends
/// as tasks_ended if `is_awaited`.
struct submit_children {
  core::attempt_key parent;
  std::vector<core::task_spec_ptr> specs;
  bool is_awaited = false;
};

struct children_refused {
  core::attempt_key parent;
  std::vector<refusal> refused;
};

/// Answered by a tasks_ended for each that is known, in any number of messages;
/// for those unknown the failure of the immediate answer is set.
struct await_tasks {
  std::vector<core::task_id> tasks;
};

struct tasks_ended {
  std::vector<core::task_record> records;
  /// Who submitted a child with the key of a task that was there already waits
  /// for that under the name of the child.
  std::vector<core::repetition> repeated = {};
};

/// Who waits for ends, for a narrow view of it.
using task_watcher_actor = compat::actor<void(tasks_ended)>;

/// A handler's actor, likewise.
using parent_actor = compat::actor<void(tasks_ended), void(children_refused)>;

/// A client that streams, likewise.
using stream_client_actor = compat::actor<void(stream_acknowledged)>;

struct get_task {
  core::task_id task;
};

struct task_found {
  core::error failure;
  core::task_record record;
};

struct list_tasks {
  core::task_query query;
};

struct get_stats {};

struct cancel_task {
  core::task_id task;
  std::string by = {};
};

struct set_task_priority {
  core::task_id task;
  core::task_priority priority;
  std::string by = {};
};

/// An attempt number of 0 stands for the current one.
struct update_progress {
  core::attempt_key key;
  double percent = 0;
  std::string note;
};

struct explain_task {
  core::task_id task;
};

struct explanation {
  core::error failure;
  std::string text;
};

/// Answered when no task is left that has not ended.
struct await_idle {};

/// What becomes of tasks that have not ended.
enum class stop_order : uint8_t {
  /// They go on.
  drain,
  cancel,
  /// Another process goes on with them, if there is a journal; else as cancel.
  suspend,
};

/// Accept nothing more.
struct stop_accepting {
  stop_order unended = stop_order::drain;
  /// Agents whose attempts go on when this process ends; for `suspend`.
  std::set<std::string> elsewhere = {};
};

} // namespace troupe::messages
