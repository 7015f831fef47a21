#pragma once

#include "actors/agent_definition.hpp"
#include "actors/attempt_host.hpp"
#include "actors/environment.hpp"
#include "actors/pause_gate.hpp"
#include "actors/reference.hpp"
#include "core/attempt.hpp"
#include "core/attempt_watch.hpp"
#include "messages/type_ids.hpp"

#include <atomic>
#include <coroutine>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace troupe::actors {

/// One try at a task while its handler runs.
class attempt {
public:
  /// What all attempts of an agent share; safe to use from any thread.
  struct links {
    environment env;
    agent_definition agent;
    reference<messages::attempt_owner_actor> manager;
  };

  attempt(core::attempt_order order, std::shared_ptr<const links> shared,
          attempt_host* host)
    : order_(std::move(order)), links_(std::move(shared)), host_(host) {
  }

  /// Its handler first, whose destructors may still ask things.
  ~attempt() {
    coroutine.reset();
  }

  attempt(const attempt&) = delete;
  attempt& operator=(const attempt&) = delete;

  const core::attempt_order& order() const noexcept {
    return order_;
  }

  core::attempt_key key() const noexcept {
    return order_.key();
  }

  const links& shared() const noexcept {
    return *links_;
  }

  attempt_host& host() const noexcept {
    return *host_;
  }

  core::time_point now() const {
    return links_->env.now();
  }

  /// Before the handler is given to another thread.
  void make_stoppable() {
    if (!stop_.stop_possible())
      stop_ = std::stop_source{};
  }

  std::stop_source& stop() noexcept {
    return stop_;
  }

  /// From any thread: it is alive. Costs no message.
  void sign_of_life() noexcept {
    if (order_.spec->limits.heartbeat > core::duration::zero())
      last_sign_.store(now().time_since_epoch().count(),
                       std::memory_order_relaxed);
  }

  core::time_point last_sign() const noexcept {
    return core::time_point{
      core::duration{last_sign_.load(std::memory_order_relaxed)}};
  }

  /// Whether it is to pause, for the handler and those who tell it.
  pause_gate& gate() noexcept {
    return gate_;
  }

  /// Of a blocking handler: returns when it may go on, or is to stop.
  void wait_at_checkpoint();

  /// When it will be out of time, for its handler; `never` if it has any.
  core::time_point over_at() const noexcept;

  /// Sends a child task on its way to the manager.
  core::task_id submit(core::task_spec child, bool is_awaited,
                       child_life life = child_life::of_attempt);

  // -- used by the actor it lives on ------------------------------------------

  core::time_point started = core::never;
  messages::attempt_sink_actor sink;
  /// The handler, if it is a coroutine. Its context lives as long.
  std::unique_ptr<task_context> context;
  std::optional<core::async<core::payload>> coroutine;
  /// When it has to be looked at, and the token to forget that by; 0 = it need
  /// not be.
  core::attempt_watch watch;
  uint64_t deadline = 0;
  /// Why it has been told to stop, and may be abandoned; `none` if it was not.
  core::error verdict;
  /// What it waits for right now.
  size_t timers = 0;
  size_t children = 0;
  std::vector<outside_wait> outside;
  /// Questions asked so far.
  uint32_t questions = 0;
  /// It has given its slot back and wants it again to go on with `arrived`.
  bool is_parked = false;
  bool is_unparking = false;
  /// It is being given what has arrived; no time to park it.
  bool is_receiving = false;
  std::vector<core::task_id> arrived;

private:
  core::attempt_order order_;
  std::shared_ptr<const links> links_;
  attempt_host* host_;
  std::stop_source stop_{std::nostopstate};
  std::atomic<core::duration::rep> last_sign_{0};
  pause_gate gate_;
};

/// Runs a plain handler and makes an outcome of what it returns or throws as
/// `failure`. Other exceptions pass through.
core::attempt_outcome run_plain(const plain_handler& run, attempt& self);

/// The outcome of an attempt that ended with an exception other than `failure`.
core::attempt_outcome crashed(const core::attempt_key& key,
                              core::time_point started, core::time_point now,
                              std::string what);

/// The outcome of an attempt that ended with the exception at hand: of a
/// `failure` the error, else that it crashed. To be called where it is caught.
core::attempt_outcome thrown(const core::attempt_key& key,
                             core::time_point started, core::time_point now);

} // namespace troupe::actors
