#pragma once

#include "cli/client_console.hpp"
#include "cli/client_options.hpp"
#include "control/channel.hpp"

#include <string>

namespace troupe::cli {

/// What the parts of client commands work with.
struct client_task {
  const client_options& options;
  control::channel& manager;
  const client_console& console;

  /// Who wants it, for the manager's audit log.
  std::string by;

  /// A call in that name.
  core::result<core::json> call(std::string_view method,
                                core::json arguments) const;

  /// Prints it as JSON.
  int print_json(const core::json& x) const;
};

// Each carries out its commands and returns the exit status.

/// `get`, `list`, `cancel`, `pause`, `resume`, `priority`, `retry`, `input` and
/// `explain`.
int run_on_tasks(const client_task& x);

/// `queues`, `agents`, `nodes`, `circuits`, `schedules`, `stats`, `drain`.
int run_on_parts(const client_task& x);

int run_watch(const client_task& x);

int run_submit(const client_task& x);

/// Any of them.
int run_client(const client_task& x);

/// Waits for these tasks, and shows their events if wanted; 0 when all have
/// ended, else an exit status.
int watch_tasks(const client_task& x, std::vector<std::string> tasks,
                bool is_shown);

} // namespace troupe::cli
