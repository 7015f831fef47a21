#pragma once

#include "core/error.hpp"
#include "core/input.hpp"
#include "core/task.hpp"
#include "core/task_id.hpp"
#include "core/time.hpp"
#include "messages/tasks.hpp"

#include <coroutine>
#include <cstdint>
#include <optional>

namespace troupe::actors {

class attempt;

/// A coroutine that waits for an answer, or to be resumed.
struct outside_wait {
  std::coroutine_handle<> what;
  /// What it asks; nothing if it is paused.
  std::optional<core::question> question;
  core::payload* to = nullptr;
  core::error* failure = nullptr;
  bool is_over = false;
};

/// Where coroutines wait: the actor their attempt lives on. The tokens are
/// given back in forget_*() by whoever no longer waits.
class attempt_host {
public:
  virtual ~attempt_host() = default;

  virtual uint64_t
  wake_at(attempt& who, core::time_point when, std::coroutine_handle<> what)
    = 0;

  virtual void forget_timer(uint64_t token) noexcept = 0;

  /// Resumes `what` when the child has ended, with its record in `to`, or has
  /// been refused, with the reason in `refused`.
  virtual void await_child(attempt& who, const core::task_id& child,
                           std::coroutine_handle<> what, core::task_record& to,
                           core::error& refused)
    = 0;

  virtual void forget_child(const core::task_id& child) noexcept = 0;

  /// Has the question asked, and resumes `what` when there is an answer in
  /// `to`, or why there is none in `failure`.
  virtual void await_input(attempt& who, core::question question,
                           std::coroutine_handle<> what, core::payload& to,
                           core::error& failure)
    = 0;

  /// Resumes `what` when the attempt is no longer to pause.
  virtual void await_resumption(attempt& who, std::coroutine_handle<> what) = 0;

  /// Of either kind.
  virtual void forget_outside(attempt& who,
                              std::coroutine_handle<> what) noexcept = 0;

  /// Sends it so that the answers come to the host.
  virtual void submit(messages::submit_children request) = 0;
};

} // namespace troupe::actors
