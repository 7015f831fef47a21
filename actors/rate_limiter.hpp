#pragma once

#include "actors/environment.hpp"
#include "actors/internal_messages.hpp"
#include "actors/timer.hpp"
#include "core/rate_limits.hpp"
#include "messages/interfaces.hpp"

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::actors {

using rate_limiter_impl
  = compat::extend<messages::rate_limiter_actor, void(timer_due)>;

/// Shell around core::rate_limits: passes on what has tokens, in the sender's
/// name, so that the manager answers whoever has asked; refuses the rest, or
/// keeps it until it has some.
class rate_limiter_state {
public:
  static inline const char* name = "rate-limiter";

  explicit rate_limiter_state(rate_limiter_impl::pointer self) : self_(self) {
  }

  rate_limiter_impl::behavior_type
  make_behavior(const environment& env, const core::rate_limit_options& options,
                messages::submission_actor next);

private:
  /// Whom the manager is to answer when it gets what waits: this, or a client
  /// that streams.
  struct asker {
    caf::typed_response_promise<messages::done> promise;
    caf::strong_actor_ptr client;
    /// As in messages::submit_tasks.
    std::string by;
  };

  caf::result<messages::done> submit(messages::submit_tasks& x);
  void on_stream(messages::stream_tasks& x);
  messages::rate_limit_list list();
  messages::done stop_gating();
  void on_timer();

  /// Lets those pass whose time has come; returns it.
  core::time_point catch_up();
  void pass_on(std::vector<core::rate_limits::released> all);

  rate_limiter_impl::pointer self_;
  environment env_;
  std::unique_ptr<core::rate_limits> limits_;
  messages::submission_actor next_;
  std::unordered_map<core::rate_limits::ticket, asker> waiting_;
  timer timer_;
  bool is_gating_ = true;
};

/// `next` is the manager or a gate before it.
rate_limiter_impl::behavior_type
rate_limiter(rate_limiter_impl::stateful_pointer<rate_limiter_state> self,
             const environment& env, const core::rate_limit_options& options,
             messages::submission_actor next);

} // namespace troupe::actors
