#include "core/work_queue.hpp"

#include <algorithm>

namespace troupe::core {

namespace {

/// Where keys have no bound but a rate.
uint32_t key_max_of(const queue_spec& x) {
  return x.key_max > 0 ? x.key_max : UINT32_MAX;
}

std::optional<token_rate> rate_of(const queue_spec& x, rate_scope scope) {
  if (x.rate && x.rate->by == scope)
    return x.rate->limit;
  return std::nullopt;
}

} // namespace

work_queue::work_queue(queue_spec spec, uint64_t seed)
  : spec_(std::move(spec)),
    ready_({spec_.aging, spec_.is_fair}),
    keys_(key_max_of(spec_), rate_of(spec_, rate_scope::key)),
    classes_(spec_.routing == routing_strategy::sticky),
    budgets_(spec_.retry_budget),
    slots_(spec_.routing),
    random_(seed) {
  if (auto rate = rate_of(spec_, rate_scope::queue))
    bucket_.emplace(*rate);
}

// -- tasks --------------------------------------------------------------------

uint32_t work_queue::owner_of(const std::string& name) {
  if (!spec_.is_fair)
    return 0;
  return owners_.try_emplace(name, static_cast<uint32_t>(owners_.size()))
    .first->second;
}

work_queue::entry* work_queue::find(const task_id& id) {
  auto handle = index_.find(id);
  return handle == none ? nullptr : &entries_[handle];
}

const work_queue::entry* work_queue::find(const task_id& id) const {
  auto handle = index_.find(id);
  return handle == none ? nullptr : &entries_[handle];
}

void work_queue::push(uint32_t handle, uint64_t number) {
  auto& x = entries_[handle];
  if (x.is_paused && !x.is_resuming) {
    x.at = state::paused;
    paused_places_[handle] = {number != 0 ? number : ready_.take_number(),
                              never, false};
    return;
  }
  x.at = state::ready;
  if (!x.has_key || x.is_resuming) {
    put_in_line(handle, number);
    return;
  }
  keys_.add(handle, x.spec->concurrency_key, x.demand_class,
            {ready_.urgency(x.priority.value(), x.ready_at),
             number != 0 ? number : ready_.take_number()});
  apply_key_changes();
}

void work_queue::put_in_line(uint32_t handle, uint64_t number) {
  auto& x = entries_[handle];
  ready_.push(handle, x.demand_class, x.priority.value(),
              owner_of(x.spec->owner), x.ready_at, number);
}

bool work_queue::has_key(const task_spec& spec) const noexcept {
  return !spec.concurrency_key.empty()
         && (spec_.key_max > 0
             || (spec_.rate && spec_.rate->by == rate_scope::key));
}

/// It waits or runs no more with its concurrency key.
void work_queue::release_key(uint32_t handle) {
  if (!entries_[handle].has_key)
    return;
  keys_.erase(handle);
  apply_key_changes();
}

void work_queue::apply_key_changes() {
  for (auto& x : keys_.take_changes()) {
    if (x.is_in_line)
      put_in_line(x.handle, keys_.rank_of(x.handle).number);
    else
      ready_.erase(x.handle);
  }
}

void work_queue::hold(uint32_t handle, uint64_t number) {
  auto& x = entries_[handle];
  if (x.is_paused) {
    x.at = state::paused;
    paused_places_[handle] = {number != 0 ? number : held_.take_number(), never,
                              true};
    return;
  }
  x.at = state::held;
  held_.push(handle, 0, x.priority.value(), 0, x.ready_at, number);
}

void work_queue::enqueue(ready_task&& task) {
  line_up(insert(std::move(task)));
}

uint32_t work_queue::insert(ready_task&& task) {
  uint32_t handle = 0;
  if (free_entries_.empty()) {
    handle = static_cast<uint32_t>(entries_.size());
    entries_.emplace_back();
  } else {
    handle = free_entries_.back();
    free_entries_.pop_back();
  }
  index_.assign(task.spec->id, handle);
  auto& x = entries_[handle];
  x.number = task.attempts;
  x.is_paused = task.is_paused;
  x.spec = std::move(task.spec);
  x.parameters = std::move(task.parameters);
  x.dependencies = std::move(task.dependencies);
  x.priority = task.priority;
  x.ready_at = task.ready_at;
  x.demand_class = classes_.of(*x.spec);
  x.has_key = has_key(*x.spec);
  uses_leases_ = uses_leases_ || !x.spec->resources.empty();
  return handle;
}

void work_queue::line_up(uint32_t handle) {
  if (spec_.auto_start)
    push(handle);
  else
    hold(handle);
}

void work_queue::forget(uint32_t handle) {
  index_.erase(entries_[handle].spec->id);
  entries_[handle] = entry{};
  free_entries_.push_back(handle);
}

void work_queue::withdraw(const task_id& id) {
  auto handle = index_.find(id);
  if (handle == none)
    return;
  auto& x = entries_[handle];
  if (x.at == state::held || x.at == state::backoff || x.at == state::paused) {
    held_.erase(handle);
    delayed_.erase(handle);
    paused_places_.erase(handle);
    forget(handle);
    return;
  }
  if (x.at == state::missing) {
    x.is_withdrawn = true;
    return;
  }
  if (x.at == state::ready) {
    ready_.erase(handle);
    if (!x.is_resuming) {
      release_key(handle);
      forget(handle);
      return;
    }
    // Its coroutine still lives on the agent.
    x.at = state::parked;
  }
  cancel(handle);
}

void work_queue::cancel(uint32_t handle) {
  auto& x = entries_[handle];
  x.is_withdrawn = true;
  actions_.cancellations.emplace_back(x.agent,
                                      attempt_key{x.spec->id, x.number});
}

void work_queue::set_priority(const task_id& id, task_priority priority) {
  auto handle = index_.find(id);
  if (handle == none)
    return;
  auto& x = entries_[handle];
  x.priority = priority;
  if (x.at == state::ready && x.has_key && !x.is_resuming) {
    keys_.move(handle, ready_.urgency(priority.value(), x.ready_at));
    apply_key_changes();
  } else if (x.at == state::ready) {
    ready_.reprioritize(handle, priority.value());
  } else if (x.at == state::held) {
    held_.reprioritize(handle, priority.value());
  }
}

// -- control ------------------------------------------------------------------

void work_queue::pause() {
  is_paused_ = true;
}

void work_queue::resume() {
  is_paused_ = false;
}

uint64_t work_queue::process() {
  auto count = held_.size();
  while (!held_.empty()) {
    auto handle = held_.pop(0);
    auto& x = entries_[handle];
    x.demand_class = classes_.of(*x.spec);
    push(handle);
  }
  // They do not wait for this any more, only to be resumed.
  for (auto i = paused_places_.begin(); i != paused_places_.end(); ++i)
    if (std::exchange(i.value().is_held, false))
      i.value().number = ready_.take_number();
  return count;
}

bool work_queue::may_start() const noexcept {
  return !is_paused_
         && (spec_.max_concurrent == 0 || running_ < spec_.max_concurrent);
}

bool work_queue::is_answered(uint32_t demand_class) const noexcept {
  return demand_class < told_.size() && told_[demand_class].is_answered;
}

/// How many attempts the rate allows to be started now.
uint64_t work_queue::tokens(time_point now) const noexcept {
  return bucket_ ? bucket_->available(now) : UINT64_MAX;
}

void work_queue::plan(time_point now) {
  keys_.advance(now);
  apply_key_changes();
  while (auto handle = delayed_.take_due(now)) {
    entries_[*handle].demand_class = classes_.of(*entries_[*handle].spec);
    push(*handle);
  }
  while (may_start()) {
    auto next = next_class(now);
    if (!next)
      break;
    auto handle = ready_.top(*next);
    auto& x = entries_[handle];
    // Its key may have got an agent since it was put here.
    if (!x.is_resuming && classes_.may_move(*x.spec, *next)) {
      if (auto to = classes_.of(*x.spec); to != *next) {
        ready_.erase(handle);
        release_key(handle);
        x.demand_class = to;
        push(handle);
        continue;
      }
    }
    auto on = seat_for(*next);
    ready_.pop(*next);
    classes_.bind(*x.spec, on.spec);
    start(handle, on, now);
  }
  ask_for_probes();
  return_slots();
  want_slots(now);
}

void work_queue::start(uint32_t handle, const seat& on, time_point now) {
  auto& x = entries_[handle];
  x.is_on_lease = on.lease != 0;
  if (x.is_on_lease) {
    x.lease = on.lease;
    std::erase_if(leases_, [&](auto& lease) { return lease.id == on.lease; });
  } else {
    slots_.take(on.agent);
  }
  ++running_;
  x.at = state::running;
  x.agent = on.agent;
  auto i = std::ranges::find(actions_.dispatches, on.agent,
                             &queue_actions::dispatch::agent);
  if (i == actions_.dispatches.end()) {
    actions_.dispatches.push_back({on.agent, {}});
    i = std::prev(actions_.dispatches.end());
  }
  if (x.has_key && !x.is_resuming) {
    keys_.start(handle);
    apply_key_changes();
  }
  if (x.is_resuming) {
    x.is_resuming = false;
    i->orders.push_back({x.spec, {}, {}, x.number, true});
    return;
  }
  if (!bars_.is_empty())
    bars_.start(*classes_.at(x.demand_class), spec_.name);
  // A retry was counted when it was decided.
  if (spec_.retry_budget.is_enabled && x.failures == 0)
    budgets_.of(x.demand_class, *classes_.at(x.demand_class)).attempted(now);
  if (bucket_)
    bucket_->take(1, now);
  ++x.number;
  i->orders.push_back({x.spec, x.parameters, x.dependencies, x.number, false});
  actions_.started.push_back({{x.spec->id, x.number}, on.agent, now});
}

queue_actions work_queue::take_actions() {
  return std::exchange(actions_, {});
}

} // namespace troupe::core
