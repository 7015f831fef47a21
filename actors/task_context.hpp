#pragma once

#include "actors/checkpoint.hpp"
#include "core/async.hpp"
#include "core/task.hpp"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::actors {

class attempt;

/// How long a task lives that a handler submits.
enum class child_life {
  /// It is cancelled when this attempt fails, is lost or is cancelled: the next
  /// attempt will submit it again.
  of_attempt,
  /// It has no parent and runs whatever becomes of this attempt; an attempt
  /// that starts over submits another one.
  its_own,
};

/// What a handler is given: what it is to do, and how to talk back while it
/// does. Valid as long as the handler runs. Blocking handlers may call it from
/// any thread they started; cooperative ones and coroutines only from where
/// they run.
class task_context {
public:
  explicit task_context(attempt& self) noexcept : self_(&self) {
  }

  task_context(const task_context&) = delete;
  task_context& operator=(const task_context&) = delete;

  // -- what is asked ----------------------------------------------------------

  const core::task_spec& task() const noexcept;

  const core::task_id& id() const noexcept;

  /// Counts from 1.
  uint32_t attempt_number() const noexcept;

  /// Id of the agent this runs on.
  const std::string& agent() const noexcept;

  /// The parameters, with all references resolved.
  const core::json& parameters() const noexcept;

  /// All dependencies, in the order of the spec.
  const core::dependency_results& dependencies() const noexcept;

  /// The result of the (first) dependency with this alias; JSON null if there
  /// is none or it did not complete.
  const core::json& result_of(std::string_view alias) const noexcept;

  /// The time on the actor clock.
  core::time_point now() const;

  /// When this attempt is to be over; nothing if it may take any time.
  std::optional<core::time_point> deadline() const noexcept;

  /// Fires when the attempt is to stop: cancelled, out of time, or the runtime
  /// is stopping. What the handler returns after that may be dropped.
  std::stop_token stop_token() const noexcept;

  // -- talking back -----------------------------------------------------------

  // Each of these is a sign of life for limits.heartbeat.

  /// Still alive, and nothing else to say. Costs next to nothing.
  void heartbeat() noexcept;

  /// How far it is, 0..100; values outside are clamped.
  void progress(double percent, std::string note = {});

  /// Part of a result: observers see it at once, the record keeps none. Throws
  /// core::failure if it is bigger than runtime_options::payload_bytes_max.
  void emit(core::payload partial);

  /// A line for observers.
  void log(std::string line);

  /// Submits a child task and does not wait for it. The id is usable as a
  /// dependency at once; a refusal is logged.
  core::task_id submit(core::task_spec child,
                       child_life life = child_life::of_attempt);

  // -- being paused -----------------------------------------------------------

  /// A place where the task may be paused (runtime::pause). In a coroutine:
  /// `co_await ctx.checkpoint();` gives the slot back while it is. In a
  /// blocking handler: `ctx.checkpoint();` blocks its thread and keeps the
  /// slot; it also returns when the attempt is to stop. limits.attempt does not
  /// count the time. Costs next to nothing otherwise; it is a sign of life.
  checkpoint_awaiter checkpoint();

  // -- coroutines only --------------------------------------------------------

  /// Waits without holding a thread.
  core::async<void> sleep(core::duration time);

  /// Submits a child task and waits for its end, whichever it is. Throws
  /// `failure` if it is refused.
  core::async<core::task_record> run(core::task_spec child);

  /// Has any agent with this capability do something, and waits for the result;
  /// throws `failure` with its error if it does not complete.
  core::async<core::payload> ask(std::string capability,
                                 core::payload parameters);

  /// Asks somebody outside, and waits for the answer without a thread or a
  /// slot: the task is `input_required` until runtime::provide_input() gives
  /// one that is as the schema wants it (core/input_schema.hpp; null takes
  /// anything). limits.attempt does not count the time. An attempt that starts
  /// over gets the answers to the same questions, in the order in which it
  /// asks, at once. Throws `failure`: `timeout` if nobody has answered `within`
  /// that time (zero = any time); permanent `invalid_argument` if the schema is
  /// none.
  core::async<core::payload> input(std::string prompt,
                                   core::payload schema = {},
                                   core::duration within = {});

  /// Runs all at once and waits for all: core::when_all. Makes a vector of what
  /// they make, or nothing if they make nothing.
  template <class T>
  auto when_all(std::vector<core::async<T>> work) {
    return core::when_all(std::move(work));
  }

  /// The same for different ones: makes a tuple.
  template <class... Ts>
  auto when_all(core::async<Ts>... work) requires(sizeof...(Ts) > 0) {
    return core::when_all(std::move(work)...);
  }

  /// Child tasks, all at once.
  core::async<std::vector<core::task_record>>
  when_all(std::vector<core::task_spec> children);

private:
  attempt* self_;
};

} // namespace troupe::actors
