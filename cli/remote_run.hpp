#pragma once

#include "cli/client_commands.hpp"
#include "cli/event_reader.hpp"
#include "cli/pipeline.hpp"
#include "cli/run_display.hpp"
#include "cli/run_outcome.hpp"

namespace troupe::cli {

/// A run on a manager that has come to its end, or is not followed any more.
struct followed_run {
  run_outcome outcome;
  /// The signal that made it stop; 0 = all tasks have ended.
  int signal = 0;
};

/// A plan that a manager carries out. The tasks are the manager's: they go on
/// when nobody follows.
class remote_run {
public:
  remote_run(const client_task& x, const pipeline& p, const plan& tasks,
             run_model& model, run_display& display);

  /// All tasks, or none; what the manager answers. They are submitted once,
  /// even if it goes away meanwhile and another one comes.
  core::result<core::json> submit();

  /// Until all tasks have ended, or a signal. Waits for a manager that cannot
  /// be reached.
  core::result<followed_run> follow();

private:
  bool was_accepted() const;
  bool is_complete() const;
  void take(const core::json& event);
  /// True when nothing is missing any more; false if the manager is away.
  core::result<bool> catch_up();
  std::vector<std::optional<core::task_record>> collect_records();
  followed_run finish(int signal);

  const client_task& x_;
  const pipeline& pipeline_;
  const plan& plan_;
  run_model& model_;
  run_display& display_;
  event_reader events_;
  core::time_point started_;
  /// Events are missing.
  bool is_behind_ = false;
};

} // namespace troupe::cli
