// Coroutines on an agent that wait for somebody outside: for an answer, or to
// be resumed. They give their slot back as those that wait for child tasks do,
// and the clock of their attempt stands.

#include "actors/agent_host.hpp"

#include <algorithm>
#include <utility>

namespace troupe::actors {

void agent_host_state::wait_outside(attempt& who, outside_wait x) {
  if (who.outside.empty()) {
    who.watch.suspend(now());
    watch(who);
  }
  who.outside.push_back(x);
}

void agent_host_state::await_input(attempt& who, core::question question,
                                   std::coroutine_handle<> what,
                                   core::payload& to, core::error& failure) {
  wait_outside(who, {what, question, &to, &failure, false});
  compat::send(self_, links_->manager.get(),
               messages::ask_input{who.key(), std::move(question)});
}

void agent_host_state::await_resumption(attempt& who,
                                        std::coroutine_handle<> what) {
  wait_outside(who, {what, std::nullopt, nullptr, nullptr, false});
  compat::send(self_, links_->manager.get(),
               messages::attempt_paused{who.key(), who.gate().number()});
}

void agent_host_state::wait_again(attempt& who) {
  for (auto& x : who.outside) {
    if (x.is_over)
      continue;
    if (x.question)
      compat::send(self_, links_->manager.get(),
                   messages::ask_input{who.key(), *x.question});
    else
      compat::send(self_, links_->manager.get(),
                   messages::attempt_paused{who.key(), who.gate().number()});
  }
}

void agent_host_state::forget_outside(attempt& who,
                                      std::coroutine_handle<> what) noexcept {
  std::erase_if(who.outside, [&](auto& x) { return x.what == what; });
  if (who.outside.empty())
    who.watch.resume(now());
}

void agent_host_state::on_answer(core::input_answer& x) {
  auto i = attempts_.find(x.key);
  if (i == attempts_.end())
    return;
  auto& who = *i->second;
  auto asked = std::ranges::find_if(who.outside, [&](auto& waiting) {
    return waiting.question && waiting.question->number == x.number
           && !waiting.is_over;
  });
  if (asked == who.outside.end())
    return;
  *asked->to = std::move(x.value);
  *asked->failure = std::move(x.failure);
  outside_over(who, *asked);
}

void agent_host_state::set_pause(const core::attempt_key& key,
                                 uint32_t number) {
  auto i = attempts_.find(key);
  if (i == attempts_.end())
    return;
  auto& who = *i->second;
  who.gate().set(number);
  if (number != 0) {
    // It may still stand at a checkpoint, waiting for a slot to go on with.
    for (auto& x : who.outside) {
      if (x.question)
        continue;
      x.is_over = false;
      compat::send(self_, links_->manager.get(),
                   messages::attempt_paused{key, number});
    }
    return;
  }
  for (;;) {
    // Whichever goes on may end the attempt.
    i = attempts_.find(key);
    if (i == attempts_.end())
      return;
    auto next = std::ranges::find_if(i->second->outside, [](auto& x) {
      return !x.question && !x.is_over;
    });
    if (next == i->second->outside.end())
      return;
    outside_over(*i->second, *next);
  }
}

/// It goes on at once, or when it has a slot again.
void agent_host_state::outside_over(attempt& who, outside_wait& x) {
  x.is_over = true;
  if (who.is_parked)
    unpark(who);
  else
    take_outside(who.key());
}

/// Resumes one whose wait is over; false if there is none.
bool agent_host_state::take_outside(const core::attempt_key& key) {
  auto i = attempts_.find(key);
  if (i == attempts_.end())
    return false;
  auto& who = *i->second;
  auto next = std::ranges::find(who.outside, true, &outside_wait::is_over);
  if (next == who.outside.end())
    return false;
  auto what = next->what;
  who.outside.erase(next);
  if (who.outside.empty()) {
    who.watch.resume(now());
    who.sign_of_life();
    watch(who);
  }
  resume(who, what);
  return true;
}

void agent_host_state::unpark(attempt& who) {
  if (std::exchange(who.is_unparking, true))
    return;
  compat::send(self_, who.sink, messages::attempts_unparked{{who.key()}});
}

} // namespace troupe::actors
