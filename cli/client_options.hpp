#pragma once

#include "cli/color_mode.hpp"
#include "cli/connect.hpp"
#include "cli/variables.hpp"
#include "core/payload.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::cli {

enum class client_action : uint8_t {
  submit,
  get,
  list,
  watch,
  cancel,
  pause,
  resume,
  priority,
  retry,
  input,
  explain,
  queues,
  agents,
  nodes,
  circuits,
  schedules,
  stats,
  drain,
};

/// A command that asks a serving manager.
struct client_options {
  client_action action = client_action::list;
  connect_options at;
  bool is_json = false;
  color_mode color = color_mode::automatic;

  /// Ids of tasks, or how they begin.
  std::vector<std::string> tasks;
  /// Of `queues`, `agents`, ...: what is to be done (`pause`), and to which;
  /// empty = they are listed.
  std::string verb;
  std::string subject;
  /// Further arguments of the call, as docs/control.md has them. Of `submit`
  /// the task, if it is not in a file.
  core::json arguments = core::json::object();

  /// Of `submit`: the pipeline; `-` is standard input, empty = one task.
  std::string file;
  variable_settings settings;
  /// Return when all has ended.
  bool is_waiting = false;
  /// Likewise, and show what happens meanwhile.
  bool is_watching = false;
  /// Path of a report; empty = is not written.
  std::string report;
};

} // namespace troupe::cli
