#pragma once

#include "cli/output_files.hpp"
#include "cli/pipeline.hpp"
#include "cli/resume.hpp"
#include "cli/run_display.hpp"
#include "cli/run_outcome.hpp"
#include "cli/signals.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace troupe::cli {

/// What carries out a plan, besides the plan.
struct run_surroundings {
  signal_watch& signals;
  run_display& display;
  event_log& events;
  /// 0 = as many as agents have slots.
  uint32_t max_parallel = 0;
  /// The first task that fails ends the run.
  bool is_fail_fast = false;
  /// Where accepted tasks survive the process; null = nowhere. A signal leaves
  /// there what has not ended, instead of cancelling it.
  std::shared_ptr<storage::journal> journal = {};
  /// What earlier runs have left in it of the plan.
  resumption earlier = {};
};

/// A run that has ended.
struct finished_run {
  run_outcome outcome;
  /// The signal that made it stop.
  std::optional<int> signal;
};

/// Carries out a plan to the end of its last task, or until a signal; a second
/// signal ends the process at once. An error means that nothing has run.
/// Throws core::failure if the journal cannot be read.
core::result<finished_run> run_plan(const pipeline& p, const plan& tasks,
                                    run_model& model,
                                    const run_surroundings& around);

} // namespace troupe::cli
