// How a queue takes the place of one that is gone: first the manager says which
// tasks there are, then the router which attempts live on which agents, and
// what neither of them has is lost.

#include "core/work_queue.hpp"

#include <algorithm>
#include <utility>

namespace troupe::core {

void work_queue::recover(recovered_task&& x, time_point now) {
  auto handle = insert(std::move(x.task));
  auto& added = entries_[handle];
  added.failures = x.failures;
  added.losses = static_cast<uint8_t>(std::min(x.losses, losses_max));
  if (x.is_running) {
    added.at = state::missing;
    adopt_key(handle);
    if (added.is_paused)
      paused_places_[handle] = {x.pause, never, false};
  } else if (x.not_before > now && added.is_paused) {
    added.at = state::paused;
    paused_places_[handle] = {0, x.not_before, false};
  } else if (x.not_before > now) {
    added.at = state::backoff;
    delayed_.add(handle, x.not_before);
  } else if (added.number > 0) {
    // It had been released before, or it could not have been tried.
    push(handle);
  } else {
    line_up(handle);
  }
}

void work_queue::adopt(uint32_t agent, const live_attempt& live,
                       time_point now) {
  auto handle = index_.find(live.spec->id);
  if (handle == none) {
    // It has ended without us; but what it makes of its slot, it makes.
    auto ghost
      = insert({live.spec, {}, {}, live.spec->priority, now, live.number});
    entries_[ghost].is_withdrawn = true;
    adopt_key(ghost);
    settle_in(ghost, agent, live);
    return;
  }
  auto& x = entries_[handle];
  auto is_news = x.at != state::missing || x.number != live.number;
  auto has_one = x.at == state::running || x.at == state::parked
                 || x.is_resuming;
  if (has_one && !is_last(handle, agent, live))
    return;
  switch (x.at) {
    case state::missing:
      break;
    case state::ready:
      ready_.erase(handle);
      release_key(handle);
      adopt_key(handle);
      break;
    case state::held:
      held_.erase(handle);
      adopt_key(handle);
      break;
    case state::backoff:
      delayed_.erase(handle);
      adopt_key(handle);
      break;
    case state::paused:
      paused_places_.erase(handle);
      adopt_key(handle);
      break;
    case state::running:
    case state::parked:
      break;
  }
  settle_in(handle, agent, live);
  if (is_news && !x.is_withdrawn)
    actions_.started.push_back({live.key(), agent, now});
}

/// A second attempt of the task lives: one was taken for lost that is not. The
/// last one counts, as it does for the manager; the other has to stop, and what
/// it had is taken from it.
bool work_queue::is_last(uint32_t handle, uint32_t agent,
                         const live_attempt& live) {
  auto& x = entries_[handle];
  if (live.number <= x.number) {
    actions_.cancellations.emplace_back(agent, live.key());
    if (live.lease != 0)
      actions_.leases.push_back({live.lease, true});
    return false;
  }
  actions_.cancellations.emplace_back(x.agent,
                                      attempt_key{x.spec->id, x.number});
  if (x.at == state::running)
    free_slot(x);
  else if (x.at == state::ready)
    ready_.erase(handle);
  release_lease(x);
  x.is_resuming = false;
  x.demand_class = classes_.of(*x.spec);
  // It keeps the key.
  x.at = state::parked;
  return true;
}

/// It runs, and counts among those with its concurrency key.
void work_queue::adopt_key(uint32_t handle) {
  auto& x = entries_[handle];
  if (!x.has_key)
    return;
  keys_.adopt(handle, x.spec->concurrency_key);
  apply_key_changes();
}

/// The attempt lives, and this is where.
void work_queue::settle_in(uint32_t handle, uint32_t agent,
                           const live_attempt& live) {
  auto& x = entries_[handle];
  auto was_missing = x.at == state::missing;
  x.agent = agent;
  x.number = live.number;
  x.lease = live.lease;
  if (x.is_withdrawn)
    cancel(handle);
  else if (x.is_paused && was_missing)
    actions_.pauses.push_back(
      {agent, live.key(),
       static_cast<uint32_t>(paused_places_.at(handle).number)});
  else if (live.is_paused && !x.is_paused)
    actions_.resumptions.emplace_back(agent, live.key());
  if (was_missing)
    paused_places_.erase(handle);
  if (live.at == live_attempt::state::running) {
    x.at = state::running;
    x.is_on_lease = live.lease != 0;
    if (x.is_on_lease)
      ++leased_;
    else
      slots_.take(agent);
    ++running_;
    return;
  }
  x.at = state::parked;
  if (live.at == live_attempt::state::unparking)
    unparked(live.key());
}

void work_queue::recovered(time_point now) {
  for (uint32_t handle = 0; handle < entries_.size(); ++handle) {
    auto& x = entries_[handle];
    if (x.spec == nullptr || x.at != state::missing)
      continue;
    release_key(handle);
    paused_places_.erase(handle);
    if (x.is_withdrawn)
      forget(handle);
    else
      lose(handle, now);
  }
}

} // namespace troupe::core
