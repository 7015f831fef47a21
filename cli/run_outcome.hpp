#pragma once

#include "cli/plan.hpp"
#include "cli/run_model.hpp"
#include "core/task.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::cli {

/// Why a run came to its end.
enum class run_end : uint8_t {
  /// All tasks have ended.
  finished,
  /// A signal asked for it.
  interrupted,
};

/// How one task of a run ended, as summaries tell it.
struct task_outcome {
  std::string name;
  size_t group = 0;
  /// `completed`, `skipped`, `failed`, `cancelled`; `pending` or `running` if
  /// the run was stopped so hard that it did not end.
  std::string status;
  /// Of its attempts, from the first start to the end.
  core::duration time = core::duration::zero();
  uint32_t attempts = 0;
  std::string agent;
  /// Why it did not complete.
  std::string error;
};

/// A run looked back on.
struct run_outcome {
  std::string name;
  std::string description;
  core::time_point started = core::never;
  core::time_point finished = core::never;
  run_end end = run_end::finished;
  /// In the order of the plan.
  std::vector<task_outcome> tasks;
  /// Likewise; nothing where the engine no longer answered.
  std::vector<std::optional<core::task_record>> records;
  /// Names of the plan's groups.
  std::vector<std::string> groups;

  /// Something failed, or did not end.
  bool has_failed() const noexcept;
};

/// From records where there are some, else from what events told.
std::vector<task_outcome>
make_outcomes(const run_model& model,
              const std::vector<std::optional<core::task_record>>& records);

/// `0.12s`, `12.3s`, `2m03s`.
std::string format_time(core::duration x);

} // namespace troupe::cli
