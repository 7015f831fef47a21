#include "actors/rate_limiter.hpp"

#include <span>
#include <utility>

namespace troupe::actors {

rate_limiter_impl::behavior_type
rate_limiter_state::make_behavior(const environment& env,
                                  const core::rate_limit_options& options,
                                  messages::submission_actor next) {
  env_ = env;
  limits_ = std::make_unique<core::rate_limits>(options);
  next_ = std::move(next);
  return {
    [this](messages::submit_tasks& x) { return submit(x); },
    [this](messages::stream_tasks& x) { on_stream(x); },
    [this](messages::get_rate_limits) { return list(); },
    [this](messages::stop_gating) { return stop_gating(); },
    [this](timer_due) { on_timer(); },
  };
}

// -- submission ---------------------------------------------------------------

caf::result<messages::done>
rate_limiter_state::submit(messages::submit_tasks& x) {
  if (!is_gating_)
    return compat::delegate(self_, next_, std::move(x));
  auto now = catch_up();
  auto admitted = limits_->admit(x.specs, now);
  timer_.set(self_, limits_->next(), now);
  if (!admitted)
    return messages::done{std::move(admitted).error()};
  if (*admitted == 0)
    return compat::delegate(self_, next_, std::move(x));
  auto promise = self_->make_response_promise<messages::done>();
  waiting_.emplace(*admitted, asker{promise, nullptr, std::move(x.by)});
  return promise;
}

void rate_limiter_state::on_stream(messages::stream_tasks& x) {
  if (!is_gating_) {
    compat::delegate(self_, next_, std::move(x));
    return;
  }
  auto now = catch_up();
  messages::stream_tasks passing;
  messages::stream_acknowledged refused;
  for (auto& spec : x.specs) {
    auto admitted = limits_->admit(std::span{&spec, 1}, now);
    if (!admitted) {
      ++refused.count;
      refused.refused.push_back({spec->id, std::move(admitted).error()});
    } else if (*admitted == 0) {
      passing.specs.push_back(std::move(spec));
    } else {
      waiting_.emplace(*admitted, asker{{}, self_->current_sender(), {}});
    }
  }
  timer_.set(self_, limits_->next(), now);
  if (refused.count > 0)
    compat::send(self_, compat::sender_as<messages::stream_client_actor>(self_),
                 std::move(refused));
  if (!passing.specs.empty())
    compat::delegate(self_, next_, std::move(passing));
}

// -- waiting ------------------------------------------------------------------

core::time_point rate_limiter_state::catch_up() {
  auto now = env_.now();
  if (auto next = limits_->next(); next != core::never && next <= now)
    pass_on(limits_->release(now));
  return now;
}

void rate_limiter_state::pass_on(std::vector<core::rate_limits::released> all) {
  // What follows each other from one client goes in one message.
  messages::stream_tasks streamed;
  caf::strong_actor_ptr client;
  auto send_streamed = [&] {
    if (!streamed.specs.empty())
      compat::send_as(self_, client, next_, std::exchange(streamed, {}));
  };
  for (auto& x : all) {
    auto who = std::move(waiting_.extract(x.number).mapped());
    if (who.client != client)
      send_streamed();
    client = who.client;
    if (client)
      streamed.specs.push_back(std::move(x.specs.front()));
    else
      who.promise.delegate(next_, messages::submit_tasks{std::move(x.specs),
                                                         std::move(who.by)});
  }
  send_streamed();
}

void rate_limiter_state::on_timer() {
  timer_.fired(env_.now());
  auto now = catch_up();
  timer_.set(self_, limits_->next(), now);
}

messages::done rate_limiter_state::stop_gating() {
  is_gating_ = false;
  pass_on(limits_->release_all());
  return {};
}

messages::rate_limit_list rate_limiter_state::list() {
  auto now = catch_up();
  timer_.set(self_, limits_->next(), now);
  return {limits_->list(now)};
}

rate_limiter_impl::behavior_type
rate_limiter(rate_limiter_impl::stateful_pointer<rate_limiter_state> self,
             const environment& env, const core::rate_limit_options& options,
             messages::submission_actor next) {
  return compat::state_of(self).make_behavior(env, options, std::move(next));
}

} // namespace troupe::actors
