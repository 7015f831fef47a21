#pragma once

#include "actors/environment.hpp"
#include "actors/internal_messages.hpp"
#include "actors/timer.hpp"
#include "core/circuit_board.hpp"
#include "messages/interfaces.hpp"

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

namespace troupe::actors {

using circuit_breaker_impl
  = compat::extend<messages::circuit_breaker_actor, void(timer_due)>;

/// Shell around core::circuit_board: passes on what the circuits admit, in the
/// sender's name, so that the manager answers whoever has asked; refuses the
/// rest, or holds it until they admit it. What waits in queues they keep back
/// until they have admitted it, too. Learns from the manager what came of
/// attempts.
class circuit_breaker_state {
public:
  static inline const char* name = "circuit-breaker";

  explicit circuit_breaker_state(circuit_breaker_impl::pointer self)
    : self_(self) {
  }

  circuit_breaker_impl::behavior_type
  make_behavior(const environment& env, const core::circuit_options& options,
                std::shared_ptr<core::circuit_board> board,
                messages::manager_actor manager, messages::event_bus_actor bus);

private:
  /// A submission that waits.
  struct held {
    std::vector<core::task_spec_ptr> specs;
    /// Whom the manager is to answer: this, or a client that streams.
    caf::typed_response_promise<messages::done> promise;
    caf::strong_actor_ptr client;
    /// As in messages::submit_tasks.
    std::string by;
  };

  caf::result<messages::done> submit(messages::submit_tasks& x);
  void on_stream(messages::stream_tasks& x);
  void on_observed(const messages::attempts_observed& x);
  messages::circuit_list list();
  template <class F>
  messages::done by_hand(const std::string& circuit, const std::string& by,
                         const char* action, F f);
  messages::done stop_gating();
  void tell_bars();
  void tell_probes();
  void on_asked(const messages::ask_probe& x);
  void on_timer();

  /// Everything passes, and nothing that is held could be overtaken.
  bool lets_all_pass() const noexcept;
  core::result<void> admit(std::span<const core::task_spec_ptr> specs,
                           core::time_point now);
  /// Whether there is room; if not, says so in the refusal.
  bool can_hold(size_t tasks, core::error& why) const;
  /// The manager does not know those that are held, and would refuse it.
  bool needs_held(const core::task_spec& x) const;
  void hold(held x);
  /// Passes on what may pass of what is held.
  void release(core::time_point now);
  void pass_on(held& x);

  /// Lets time pass.
  core::time_point catch_up();
  /// After a change of the circuits.
  void follow_up(core::time_point now, bool may_pass);
  /// So that a process after this one has it as it is.
  void keep(const std::string& circuit, core::audit_entry audit = {});
  void set_timer(core::time_point now);

  circuit_breaker_impl::pointer self_;
  environment env_;
  core::circuit_options options_;
  std::shared_ptr<core::circuit_board> board_;
  messages::manager_actor manager_;
  messages::event_bus_actor bus_;
  /// In the order in which they came.
  std::deque<held> held_;
  std::unordered_set<core::task_id> held_tasks_;
  timer timer_;
  bool is_gating_ = true;
};

/// The board outlives it: one that is started again goes on with it.
circuit_breaker_impl::behavior_type circuit_breaker(
  circuit_breaker_impl::stateful_pointer<circuit_breaker_state> self,
  const environment& env, const core::circuit_options& options,
  std::shared_ptr<core::circuit_board> board, messages::manager_actor manager,
  messages::event_bus_actor bus);

} // namespace troupe::actors
