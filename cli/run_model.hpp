#pragma once

#include "cli/plan.hpp"
#include "core/event.hpp"
#include "core/task.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::cli {

/// One try at a task, from its events.
struct attempt_span {
  uint32_t attempt = 0;
  std::string agent;
  core::time_point started = core::never;
  /// `never` while it runs.
  core::time_point ended = core::never;
  /// Of an ended one.
  core::event_kind outcome = core::event_kind::task_completed;
  std::string error;
};

/// How a task of the plan stands.
struct task_view {
  std::string name;
  std::string queue;
  /// Position in the plan's groups.
  size_t group = 0;
  core::task_status status = core::task_status::pending;
  /// All that it needs has ended.
  bool is_ready = false;
  /// It has failed and will be tried again.
  bool is_retrying = false;
  bool is_skipped = false;
  double progress = 0;
  std::string note;
  /// Why it did not complete.
  std::string error;
  std::vector<attempt_span> attempts;

  bool is_running() const noexcept {
    return status == core::task_status::running;
  }
};

struct task_counts {
  size_t total = 0;
  size_t waiting = 0;
  size_t running = 0;
  size_t completed = 0;
  size_t skipped = 0;
  size_t failed = 0;
  size_t cancelled = 0;

  size_t ended() const noexcept {
    return completed + skipped + failed + cancelled;
  }
};

/// What is known of a run, built up from its events. Events of tasks that are
/// not in the plan (children of handlers) change nothing.
class run_model {
public:
  explicit run_model(const plan& p);

  void apply(const core::event& x);

  /// Takes over what a record says, where events have been missed.
  void apply(const core::task_record& x);

  /// In the order of the plan.
  const std::vector<task_view>& tasks() const noexcept {
    return tasks_;
  }

  /// Positions of the tasks that run, the longest running first.
  const std::vector<size_t>& running() const noexcept {
    return running_;
  }

  task_counts counts() const noexcept {
    return counts_;
  }

  /// Tasks of a queue that could start now.
  size_t ready_in(const std::string& queue) const;

  /// Tasks that have failed and will be tried again.
  size_t retrying() const noexcept {
    return retrying_;
  }

  /// Null if it is not in the plan.
  const task_view* find(const core::task_id& id) const;

private:
  void start(size_t position, const core::event& x);
  void end(size_t position, const core::event& x);
  void close_attempt(task_view& task, const core::event& x);
  void change(size_t position, core::task_status status);
  void set_ready(task_view& task, bool is_ready);
  size_t& count_of(const task_view& task);

  std::vector<task_view> tasks_;
  std::unordered_map<core::task_id, size_t> positions_;
  std::vector<size_t> running_;
  std::map<std::string, size_t> ready_;
  task_counts counts_;
  size_t retrying_ = 0;
};

/// `skipped`, or the status's name.
std::string_view outcome_of(const task_view& task);

} // namespace troupe::cli
