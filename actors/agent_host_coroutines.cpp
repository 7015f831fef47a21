// Coroutines on an agent: they are resumed when the time or the child task they
// wait for has come, and give their slot back meanwhile if it is a child.

#include "actors/agent_host.hpp"

#include <utility>

namespace troupe::actors {

void agent_host_state::resume(attempt& x, std::coroutine_handle<> what) {
  what.resume();
  after_resume(x);
}

void agent_host_state::after_resume(attempt& x) {
  auto key = x.key();
  if (x.coroutine->is_done()) {
    core::attempt_outcome outcome;
    outcome.key = key;
    outcome.started = x.started;
    outcome.finished = now();
    try {
      outcome.result = x.coroutine->take();
    } catch (...) {
      outcome = thrown(key, x.started, now());
    }
    finish(key, std::move(outcome));
    return;
  }
  // Its clock may stand no longer.
  if (x.deadline == 0 && x.outside.empty())
    watch(x);
  park_if_waiting(x);
}

void agent_host_state::park_if_waiting(attempt& x) {
  // It holds no thread; if all it waits for are other tasks, it must not hold
  // a slot either, or they might never get one.
  auto waits_for_others = x.children > 0 || !x.outside.empty();
  if (x.timers == 0 && waits_for_others && !x.is_parked && !x.is_receiving) {
    x.is_parked = true;
    compat::send(self_, x.sink, messages::attempts_parked{{x.key()}});
  }
}

void agent_host_state::receive(core::attempt_key key) {
  auto i = attempts_.find(key);
  if (i == attempts_.end())
    return;
  i->second->is_parked = i->second->is_unparking = false;
  i->second->sign_of_life();
  i->second->is_receiving = true;
  // Any of them may end it.
  for (auto& child : std::exchange(i->second->arrived, {}))
    child_ended(child);
  while (take_outside(key)) {
    // The next one.
  }
  if (i = attempts_.find(key); i != attempts_.end()) {
    i->second->is_receiving = false;
    park_if_waiting(*i->second);
  }
}

uint64_t agent_host_state::wake_at(attempt& who, core::time_point when,
                                   std::coroutine_handle<> what) {
  auto token = sleepers_.add(when, {&who, what});
  ++who.timers;
  set_timer();
  return token;
}

void agent_host_state::forget_timer(uint64_t token) noexcept {
  if (auto found = sleepers_.forget(token))
    --found->who->timers;
}

void agent_host_state::wake_due() {
  auto due = now();
  timer_.fired(due);
  while (auto next = sleepers_.take_due(due)) {
    --next->who->timers;
    resume(*next->who, next->what);
  }
  while (auto next = deadlines_.take_due(due))
    look_after(*next->who);
  set_timer();
  flush();
}

void agent_host_state::set_timer() {
  timer_.set(self_, core::earliest(sleepers_.next(), deadlines_.next()), now());
}

void agent_host_state::await_child(attempt& who, const core::task_id& child,
                                   std::coroutine_handle<> what,
                                   core::task_record& to,
                                   core::error& refused) {
  ++who.children;
  auto& x = parents_[child];
  x.who = &who;
  x.what = what;
  x.to = &to;
  x.refused = &refused;
}

void agent_host_state::forget_child(const core::task_id& child) noexcept {
  auto i = parents_.find(child);
  if (i == parents_.end())
    return;
  if (auto* who = i->second.who)
    --who->children;
  parents_.erase(i);
}

void agent_host_state::submit(messages::submit_children request) {
  for (auto& child : request.specs)
    parents_[child->id].child = child;
  compat::send(self_, links_->manager.get(), std::move(request));
}

/// The manager may be a new one, which does not know who waits for what, and
/// may not have got all.
void agent_host_state::ask_again(const std::string& queue) {
  for (auto& [key, who] : attempts_)
    if (who->order().spec->queue == queue)
      wait_again(*who);
  for (auto& [id, x] : parents_) {
    if (x.who == nullptr || x.who->order().spec->queue != queue)
      continue;
    messages::submit_children request;
    request.parent = x.who->key();
    request.specs.push_back(x.child);
    request.is_awaited = true;
    compat::send(self_, links_->manager.get(), std::move(request));
  }
}

void agent_host_state::on_child(const core::task_id& child,
                                core::task_record&& ended) {
  auto i = parents_.find(child);
  if (i == parents_.end() || i->second.who == nullptr)
    return;
  *i->second.to = std::move(ended);
  child_ended(child);
}

void agent_host_state::child_ended(const core::task_id& child) {
  auto i = parents_.find(child);
  if (i == parents_.end())
    return;
  auto& who = *i->second.who;
  if (who.is_parked) {
    who.arrived.push_back(child);
    unpark(who);
    return;
  }
  auto what = i->second.what;
  parents_.erase(i);
  --who.children;
  resume(who, what);
}

} // namespace troupe::actors
