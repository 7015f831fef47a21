#pragma once

#include "core/attempt.hpp"
#include "core/input.hpp"
#include "messages/compat.hpp"

#include <string>
#include <vector>

namespace troupe::messages {

// -- questions ----------------------------------------------------------------

/// From a handler, through its agent, to the manager. What comes of it comes
/// back as inputs_answered.
struct ask_input {
  core::attempt_key key;
  core::question what;
};

struct inputs_answered {
  std::vector<core::input_answer> answers;
};

/// Where it comes back to.
using input_asker_actor = compat::actor<void(inputs_answered)>;

/// To the manager: the answer to what this task asks.
struct provide_input {
  core::task_id task;
  core::payload value;
  std::string by = {};
};

/// Which questions have waited longest?
struct get_inputs {
  size_t limit = 1000;
};

struct input_list {
  std::vector<core::pending_input> inputs;
};

// -- pauses -------------------------------------------------------------------

/// To the manager, from clients.
struct pause_task {
  core::task_id task;
  std::string by = {};
};

struct resume_task {
  core::task_id task;
  std::string by = {};
};

/// To the task's queue: do not start it, or tell who works on it.
struct hold_task {
  core::task_id task;
  /// Which pause of the task this is.
  uint32_t number = 0;
};

struct release_task {
  core::task_id task;
};

/// To an agent.
struct pause_attempt {
  core::attempt_key key;
  uint32_t number = 0;
};

struct resume_attempt {
  core::attempt_key key;
};

/// To the manager: it has come to a checkpoint and waits.
struct attempt_paused {
  core::attempt_key key;
  uint32_t number = 0;
};

} // namespace troupe::messages
