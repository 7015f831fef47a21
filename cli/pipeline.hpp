#pragma once

#include "agents/process_bounds.hpp"
#include "cli/mistakes.hpp"
#include "core/agent_spec.hpp"
#include "core/circuit_settings.hpp"
#include "core/queue_spec.hpp"
#include "core/rate_limit_settings.hpp"
#include "core/task.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::cli {

/// "Not before that task has ended", as a file says it.
struct need {
  /// A name under `tasks`.
  std::string task;
  std::string alias;
  core::on_failure policy = core::on_failure::cancel;
  /// Of a fan-out only the task for the same element.
  bool is_paired = false;
  source_mark mark;
};

/// One task to be run.
struct task_instance {
  /// Without id and dependencies.
  core::task_spec spec;
  std::vector<need> needs;
  /// Of a fan-out: what it is for.
  core::json element;
  /// Where it, or the defaults, say so; else where the task stands.
  source_mark queue_mark;
  source_mark agent_mark;
  source_mark capability_mark;
  source_mark resources_mark;
  source_mark labels_mark;
};

/// What stands under one name in `tasks`: one task, or with `foreach` several.
struct task_group {
  std::string name;
  source_mark mark;
  bool is_fan_out = false;
  std::vector<task_instance> instances;
};

struct agent_declaration {
  /// Its capabilities are those that standard agents have handlers for.
  core::agent_spec spec;
  /// What it has besides.
  std::vector<std::string> has;
  /// For the programs it runs.
  agents::process_bounds bounds;
  source_mark mark;
};

struct queue_declaration {
  core::queue_spec spec;
  bool is_paused = false;
  source_mark mark;
};

struct rate_limit_declaration {
  core::rate_limit limit;
  /// Where it says for whom it is; else where it stands.
  source_mark only_mark;
};

/// A pipeline file that has been read and checked.
struct pipeline {
  std::string name;
  std::string description;
  /// Always with one named `default`.
  std::vector<queue_declaration> queues;
  /// At least one.
  std::vector<agent_declaration> agents;
  std::vector<rate_limit_declaration> rate_limits;
  std::optional<core::circuit_options> circuits;
  /// At least one, in the order of the file.
  std::vector<task_group> groups;

  /// Something bounds what may be submitted at a time.
  bool has_gates() const noexcept;

  const task_group* find_group(std::string_view group) const noexcept;
  const queue_declaration* find_queue(std::string_view queue) const noexcept;
  const agent_declaration* find_agent(std::string_view agent) const noexcept;
};

} // namespace troupe::cli
