// What becomes of attempts: they end, fail, are lost, or wait for children.

#include "core/retry.hpp"
#include "core/work_queue.hpp"

#include <fmt/format.h>

namespace troupe::core {

void work_queue::agent_left(uint32_t agent, time_point now) {
  auto known = agents_.find(agent);
  if (known == agents_.end())
    return;
  auto id = known->second->id;
  agents_.erase(known);
  slots_.forget_agent(agent);
  leased_ -= std::erase_if(leases_, [&](auto& x) { return x.agent == agent; });
  classes_.forget_agent(id);
  for (uint32_t handle = 0; handle < entries_.size(); ++handle) {
    auto& x = entries_[handle];
    if (x.spec == nullptr || x.at == state::held || x.at == state::backoff
        || x.at == state::paused || x.at == state::missing)
      continue;
    if (x.at == state::ready && !x.is_resuming) {
      if (classes_.is_bound_to(x.demand_class, id)) {
        ready_.erase(handle);
        release_key(handle);
        x.demand_class = classes_.of(*x.spec);
        push(handle);
      }
      continue;
    }
    if (x.agent != agent)
      continue;
    if (x.at == state::running) {
      --running_;
      leased_ -= x.is_on_lease;
    }
    x.lease = 0;
    if (x.at == state::ready)
      ready_.erase(handle);
    release_key(handle);
    if (x.is_withdrawn)
      forget(handle);
    else
      lose(handle, now);
  }
}

/// The attempt is gone, and the task waits for another if it may have one.
void work_queue::lose(uint32_t handle, time_point now) {
  auto& x = entries_[handle];
  attempt_key key{x.spec->id, x.number};
  if (++x.losses > losses_max) {
    attempt_outcome outcome;
    outcome.key = key;
    outcome.finished = now;
    outcome.failure
      = {ec::agent_lost,
         fmt::format("{} attempts were lost with their agents", x.losses)};
    ++ended_;
    actions_.ended.push_back(std::move(outcome));
    forget(handle);
    return;
  }
  actions_.lost.push_back(key);
  x.is_resuming = false;
  x.demand_class = classes_.of(*x.spec);
  push(handle);
}

/// Of an attempt that runs.
void work_queue::free_slot(entry& x) {
  --running_;
  if (x.is_on_lease)
    --leased_;
  else
    slots_.release(x.agent);
  x.is_on_lease = false;
  if (uses_leases_)
    ask_again(x.agent);
}

/// With its slot, if it has not gone back before.
void work_queue::release_lease(entry& x) {
  if (x.lease != 0)
    actions_.leases.push_back({std::exchange(x.lease, 0), true});
}

/// A slot of this agent is free. If something that needs resources could use
/// it, and comes first, the router has to say whether it can have it.
void work_queue::ask_again(uint32_t agent) {
  auto known = agents_.find(agent);
  for (auto i : ready_.active_classes()) {
    if (i < told_.size() && told_[i].is_answered && needs_lease(i)
        && known != agents_.end()
        && can_serve(*known->second, *classes_.at(i))) {
      told_[i].is_answered = false;
      told_[i].is_stale = true;
    }
  }
}

void work_queue::ended(attempt_outcome&& outcome, time_point now) {
  auto handle = index_.find(outcome.key.task);
  if (handle == none || !is_current(entries_[handle], outcome.key)) {
    // The manager counts what comes late.
    actions_.ended.push_back(std::move(outcome));
    return;
  }
  auto& x = entries_[handle];
  if (x.at == state::running)
    free_slot(x);
  else if (x.at == state::ready)
    ready_.erase(handle);
  release_lease(x);
  release_key(handle);
  // An agent that leaves returns what it has not begun.
  if (outcome.failure.code == ec::agent_lost && !x.is_withdrawn) {
    lose(handle, now);
    return;
  }
  if (!outcome.is_success() && !x.is_withdrawn
      && is_retried(x.spec->retry, ++x.failures, outcome.failure)
      && may_retry(handle, outcome, now)) {
    retry(handle, std::move(outcome), now);
    return;
  }
  ++ended_;
  actions_.ended.push_back(std::move(outcome));
  forget(handle);
}

bool work_queue::is_current(const entry& x, const attempt_key& key) noexcept {
  return x.number == key.number
         && (x.at == state::running || x.at == state::parked || x.is_resuming);
}

/// What the retry budget says. The failure is final if there is none left.
bool work_queue::may_retry(uint32_t handle, attempt_outcome& outcome,
                           time_point now) {
  if (!spec_.retry_budget.is_enabled)
    return true;
  auto demand_class = entries_[handle].demand_class;
  auto& what = *classes_.at(demand_class);
  auto& budget = budgets_.of(demand_class, what);
  if (budget.take(now))
    return true;
  auto sum = budget.count(now);
  outcome.failure.message
    += fmt::format(" (not tried again: the retry budget of capability '{}' is "
                   "used up; of {} attempts in the last {}, {} were retries)",
                   what.capabilities.front(), sum.calls,
                   to_string(spec_.retry_budget.window), sum.failures);
  return false;
}

void work_queue::retry(uint32_t handle, attempt_outcome&& outcome,
                       time_point now) {
  auto& x = entries_[handle];
  std::uniform_real_distribution<double> chance;
  auto due = now + backoff_delay(x.spec->retry, x.failures, chance(random_));
  x.is_resuming = false;
  if (x.is_paused) {
    x.at = state::paused;
    paused_places_[handle] = {0, due, false};
  } else {
    x.at = state::backoff;
    delayed_.add(handle, due);
  }
  actions_.retried.push_back({std::move(outcome), due});
}

void work_queue::parked(const attempt_key& key) {
  auto* x = find(key.task);
  if (x == nullptr || x->number != key.number || x->at != state::running)
    return;
  if (x->is_on_lease)
    actions_.leases.push_back({x->lease, false});
  free_slot(*x);
  x->at = state::parked;
}

void work_queue::unparked(const attempt_key& key) {
  auto handle = index_.find(key.task);
  if (handle == none)
    return;
  auto& x = entries_[handle];
  if (x.number != key.number || x.at != state::parked || x.is_withdrawn)
    return;
  x.is_resuming = true;
  // The slot it needs is one of the agent it lives on.
  x.demand_class = classes_.of_resuming(*x.spec, agents_.at(x.agent)->id);
  push(handle);
}

} // namespace troupe::core
