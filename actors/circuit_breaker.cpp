#include "actors/circuit_breaker.hpp"

#include "core/circuit_codec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace troupe::actors {

circuit_breaker_impl::behavior_type
circuit_breaker_state::make_behavior(const environment& env,
                                     const core::circuit_options& options,
                                     std::shared_ptr<core::circuit_board> board,
                                     messages::manager_actor manager,
                                     messages::event_bus_actor bus) {
  env_ = env;
  options_ = options;
  board_ = std::move(board);
  manager_ = std::move(manager);
  bus_ = std::move(bus);
  // Before anything is passed on, so that no outcome is missed.
  compat::send(self_, manager_, messages::observe_attempts{});
  tell_bars();
  set_timer(env_.now());
  return {
    [this](messages::submit_tasks& x) { return submit(x); },
    [this](messages::stream_tasks& x) { on_stream(x); },
    [this](const messages::attempts_observed& x) { on_observed(x); },
    [this](const messages::ask_probe& x) { on_asked(x); },
    [this](messages::get_circuits) { return list(); },
    [this](const messages::trip_circuit& x) {
      return by_hand(x.key, x.by, "trip",
                     [&](auto now) { return board_->trip(x.key, now); });
    },
    [this](const messages::force_open_circuit& x) {
      return by_hand(x.key, x.by, "force_open",
                     [&](auto now) { return board_->force_open(x.key, now); });
    },
    [this](const messages::reset_circuit& x) {
      return by_hand(x.key, x.by, "reset",
                     [&](auto now) { return board_->reset(x.key, now); });
    },
    [this](messages::stop_gating) { return stop_gating(); },
    [this](timer_due) { on_timer(); },
  };
}

// -- submission ---------------------------------------------------------------

caf::result<messages::done>
circuit_breaker_state::submit(messages::submit_tasks& x) {
  if (lets_all_pass())
    return compat::delegate(self_, manager_, std::move(x));
  auto now = catch_up();
  auto admitted = admit(x.specs, now);
  set_timer(now);
  if (admitted)
    return compat::delegate(self_, manager_, std::move(x));
  if (!can_hold(x.specs.size(), admitted.error()))
    return messages::done{std::move(admitted).error()};
  auto promise = self_->make_response_promise<messages::done>();
  hold({std::move(x.specs), promise, nullptr, std::move(x.by)});
  return promise;
}

void circuit_breaker_state::on_stream(messages::stream_tasks& x) {
  if (lets_all_pass()) {
    compat::delegate(self_, manager_, std::move(x));
    return;
  }
  auto now = catch_up();
  messages::stream_tasks passing;
  messages::stream_acknowledged refused;
  for (auto& spec : x.specs) {
    auto admitted = admit(std::span{&spec, 1}, now);
    if (admitted) {
      passing.specs.push_back(std::move(spec));
    } else if (can_hold(1, admitted.error())) {
      hold({{std::move(spec)}, {}, self_->current_sender(), {}});
    } else {
      ++refused.count;
      refused.refused.push_back({spec->id, std::move(admitted).error()});
    }
  }
  set_timer(now);
  if (refused.count > 0)
    compat::send(self_, compat::sender_as<messages::stream_client_actor>(self_),
                 std::move(refused));
  if (!passing.specs.empty())
    compat::delegate(self_, manager_, std::move(passing));
}

bool circuit_breaker_state::lets_all_pass() const noexcept {
  return !is_gating_ || (board_->is_closed() && held_.empty());
}

core::result<void>
circuit_breaker_state::admit(std::span<const core::task_spec_ptr> specs,
                             core::time_point now) {
  if (!is_gating_)
    return {};
  if (!held_.empty())
    for (auto& spec : specs)
      if (needs_held(*spec))
        return core::fail(core::ec::circuit_open,
                          fmt::format("task '{}' needs one that is held until "
                                      "its circuit lets it through",
                                      spec->name));
  auto admitted = board_->admit(specs, now);
  tell_probes();
  return admitted;
}

// -- holding ------------------------------------------------------------------

bool circuit_breaker_state::can_hold(size_t tasks, core::error& why) const {
  if (options_.on_open != core::open_policy::hold)
    return false;
  if (held_tasks_.size() + tasks <= options_.held_max)
    return true;
  why.message += fmt::format("; {} of {} tasks are held already",
                             held_tasks_.size(), options_.held_max);
  return false;
}

bool circuit_breaker_state::needs_held(const core::task_spec& x) const {
  return held_tasks_.contains(x.parent)
         || std::ranges::any_of(x.dependencies, [this](auto& needed) {
              return held_tasks_.contains(needed.task);
            });
}

void circuit_breaker_state::hold(held x) {
  for (auto& spec : x.specs)
    held_tasks_.insert(spec->id);
  held_.push_back(std::move(x));
}

void circuit_breaker_state::release(core::time_point now) {
  auto waiting = std::exchange(held_, {});
  held_tasks_.clear();
  for (auto& x : waiting) {
    if (admit(x.specs, now))
      pass_on(x);
    else
      hold(std::move(x));
  }
}

void circuit_breaker_state::pass_on(held& x) {
  if (x.client)
    compat::send_as(self_, x.client, manager_,
                    messages::stream_tasks{std::move(x.specs)});
  else
    x.promise.delegate(manager_, messages::submit_tasks{std::move(x.specs),
                                                        std::move(x.by)});
}

// -- circuits -----------------------------------------------------------------

void circuit_breaker_state::on_observed(const messages::attempts_observed& x) {
  auto now = catch_up();
  for (auto& attempt : x.attempts)
    board_->record(attempt, now);
  follow_up(now, false);
}

messages::circuit_list circuit_breaker_state::list() {
  auto now = catch_up();
  return {board_->list(now)};
}

template <class F>
messages::done circuit_breaker_state::by_hand(const std::string& circuit,
                                              const std::string& by,
                                              const char* action, F f) {
  auto now = catch_up();
  core::result<void> result = f(now);
  follow_up(now, false);
  if (!result)
    return {std::move(result).error()};
  keep(circuit, {now, by, action, {}, "circuit " + circuit});
  return {};
}

messages::done circuit_breaker_state::stop_gating() {
  is_gating_ = false;
  release(env_.now());
  tell_bars();
  return {};
}

// -- tasks that were accepted before ------------------------------------------

void circuit_breaker_state::tell_bars() {
  messages::bar_circuits told{options_.scope, {}};
  if (is_gating_)
    told.bars = board_->bars();
  compat::send(self_, manager_, std::move(told));
}

void circuit_breaker_state::tell_probes() {
  for (auto& x : board_->take_probes())
    compat::send(self_, manager_,
                 messages::allow_probe{std::move(x.queue),
                                       std::move(x.circuit)});
}

void circuit_breaker_state::on_asked(const messages::ask_probe& x) {
  auto now = catch_up();
  board_->admit_waiting(x.queue, x.circuit, now);
  tell_probes();
  set_timer(now);
}

core::time_point circuit_breaker_state::catch_up() {
  auto now = env_.now();
  follow_up(now, board_->advance(now));
  return now;
}

void circuit_breaker_state::follow_up(core::time_point now, bool may_pass) {
  auto events = board_->take_events();
  // Before anything is admitted to the circuit as it is now.
  if (may_pass || !events.empty())
    tell_bars();
  if (!held_.empty() && (may_pass || !events.empty()))
    release(now);
  for (auto& x : events)
    keep(x.subject);
  if (!events.empty())
    compat::send(self_, bus_, messages::publish_events{std::move(events)});
  set_timer(now);
}

void circuit_breaker_state::keep(const std::string& circuit,
                                 core::audit_entry audit) {
  core::document kept{"circuit", circuit, {}};
  if (auto memory = board_->memory_of(circuit))
    kept.value = core::to_document(*memory, options_.scope);
  // Without a sender, for nobody waits until it is written.
  compat::anon_send(manager_,
                    messages::keep_document{std::move(kept), std::move(audit)});
}

void circuit_breaker_state::on_timer() {
  timer_.fired(env_.now());
  catch_up();
}

void circuit_breaker_state::set_timer(core::time_point now) {
  timer_.set(self_, board_->next(), now);
}

circuit_breaker_impl::behavior_type circuit_breaker(
  circuit_breaker_impl::stateful_pointer<circuit_breaker_state> self,
  const environment& env, const core::circuit_options& options,
  std::shared_ptr<core::circuit_board> board, messages::manager_actor manager,
  messages::event_bus_actor bus) {
  return compat::state_of(self).make_behavior(
    env, options, std::move(board), std::move(manager), std::move(bus));
}

} // namespace troupe::actors
