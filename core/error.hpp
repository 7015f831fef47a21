#pragma once

#include <tl/expected.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::core {

/// What went wrong. Codes are append-only: they are stored and sent.
enum class ec : uint8_t {
  none = 0,
  /// An argument or a field does not satisfy its contract.
  invalid_argument,
  /// No task has this id (never had, or its record has been cleaned up).
  unknown_task,
  /// No queue has this name.
  unknown_queue,
  /// No agent has this id.
  unknown_agent,
  /// A task, queue or agent with this id exists already.
  duplicate,
  /// The dependencies of the submitted tasks form a cycle.
  cycle,
  /// The queue holds as many tasks as it may.
  queue_full,
  /// The task is in a status that does not allow what was asked.
  wrong_status,
  /// Troupe is stopping and accepts nothing more.
  stopping,
  /// Something did not happen in the time it was given.
  timeout,
  /// The handler returned an error.
  handler_failed,
  /// The handler threw, or its worker died.
  handler_crashed,
  /// The agent has no handler for the capability it was asked for.
  no_handler,
  /// The agent left while it worked on the task.
  agent_lost,
  /// A `${...}` in the parameters names something that is not there.
  unresolved_reference,
  /// A dependency did not complete and the task is set to be cancelled then.
  dependency_failed,
  /// Somebody asked for the task to be cancelled.
  cancelled,
  /// The task's condition was false, or a dependency set to `skip` failed.
  skipped,
  /// The system said no: files, processes, memory.
  system_error,
  /// A component did not answer; the runtime may be stopping.
  unavailable,
  /// What the task needs keeps failing, so its circuit lets nothing through for
  /// a while.
  circuit_open,
  /// More was submitted in a time than a rate limit allows.
  rate_limited,
  /// There are as many tasks with its concurrency key as there may be.
  key_busy,
  /// It made room for another task with its concurrency key.
  superseded,
  /// It made room for a more urgent task in a full queue.
  shed,
  /// It used more of something than it was allowed: time of a processor,
  /// memory, files, output.
  limit_exceeded,
  /// The journal has no room: nothing is accepted until it has some again.
  journal_full,
  /// The journal cannot be read or written; the message says why.
  journal_failed,
  /// What is in the journal is not what was written.
  journal_corrupt,
  /// Another process has the journal open.
  journal_in_use,
  /// The journal was written by a newer version of Troupe.
  journal_too_new,
  /// Its submission key was used before, for something else.
  key_conflict,
  /// It is to survive the process, but depends on a task that does not.
  not_durable,
};

/// The last code, for range checks of what was read.
inline constexpr ec ec_last = ec::not_durable;

/// The code's name as it is written in the enum, e.g. `queue_full`.
std::string_view to_string(ec code) noexcept;

/// A code and the sentence that says where and why.
struct error {
  ec code = ec::none;
  std::string message;
  /// Trying again cannot help (honoured by retries).
  bool is_permanent = false;
  /// When the same may be tried again, from now; zero = nobody knows.
  std::chrono::nanoseconds retry_after{0};

  friend bool operator==(const error&, const error&) = default;
};

/// `<code>: <message>`.
std::string to_string(const error& what);

/// A value, or why there is none.
template <class T>
using result = tl::expected<T, error>;

/// Makes the error half of a `result<T>`.
inline tl::unexpected<error> fail(ec code, std::string message) {
  return tl::unexpected<error>{error{code, std::move(message)}};
}

inline tl::unexpected<error> fail(error what) {
  return tl::unexpected<error>{std::move(what)};
}

} // namespace troupe::core
