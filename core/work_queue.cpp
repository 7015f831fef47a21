#include "core/work_queue.hpp"

#include <algorithm>
#include <bit>

namespace troupe::core {

namespace {

/// Wants are told in powers of two, so that a growing line does not mean a
/// message to the router per task.
uint32_t rounded(uint64_t count) {
  return std::bit_ceil(static_cast<uint32_t>(std::min<uint64_t>(count, 4096)));
}

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
  auto i = index_.find(id);
  return i == index_.end() ? nullptr : &entries_[i->second];
}

const work_queue::entry* work_queue::find(const task_id& id) const {
  auto i = index_.find(id);
  return i == index_.end() ? nullptr : &entries_[i->second];
}

void work_queue::push(uint32_t handle) {
  auto& x = entries_[handle];
  x.at = state::ready;
  if (!x.has_key || x.is_resuming) {
    put_in_line(handle);
    return;
  }
  keys_.add(handle, x.task.spec->concurrency_key, x.demand_class,
            {ready_.urgency(x.task.priority.value(), x.task.ready_at),
             ready_.take_number()});
  apply_key_changes();
}

void work_queue::put_in_line(uint32_t handle, uint64_t number) {
  auto& x = entries_[handle];
  ready_.push(handle, x.demand_class, x.task.priority.value(),
              owner_of(x.task.spec->owner), x.task.ready_at, number);
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

void work_queue::enqueue(ready_task&& task) {
  uint32_t handle = 0;
  if (free_entries_.empty()) {
    handle = static_cast<uint32_t>(entries_.size());
    entries_.emplace_back();
  } else {
    handle = free_entries_.back();
    free_entries_.pop_back();
  }
  index_.insert_or_assign(task.spec->id, handle);
  auto& x = entries_[handle];
  x.number = task.attempts;
  x.task = std::move(task);
  x.demand_class = classes_.of(*x.task.spec);
  x.has_key = has_key(*x.task.spec);
  if (spec_.auto_start) {
    push(handle);
    return;
  }
  x.at = state::held;
  held_.push(handle, 0, x.task.priority.value(), 0, x.task.ready_at);
}

void work_queue::forget(uint32_t handle) {
  index_.erase(entries_[handle].task.spec->id);
  entries_[handle] = entry{};
  free_entries_.push_back(handle);
}

void work_queue::withdraw(const task_id& id) {
  auto i = index_.find(id);
  if (i == index_.end())
    return;
  auto handle = i->second;
  auto& x = entries_[handle];
  if (x.at == state::held || x.at == state::backoff) {
    held_.erase(handle);
    delayed_.erase(handle);
    forget(handle);
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
  x.is_withdrawn = true;
  actions_.cancellations.emplace_back(x.agent, attempt_key{id, x.number});
}

void work_queue::set_priority(const task_id& id, task_priority priority) {
  auto i = index_.find(id);
  if (i == index_.end())
    return;
  auto& x = entries_[i->second];
  x.task.priority = priority;
  if (x.at == state::ready && x.has_key && !x.is_resuming) {
    keys_.move(i->second, ready_.urgency(priority.value(), x.task.ready_at));
    apply_key_changes();
  } else if (x.at == state::ready) {
    ready_.reprioritize(i->second, priority.value());
  } else if (x.at == state::held) {
    held_.reprioritize(i->second, priority.value());
  }
}

// -- agents -------------------------------------------------------------------

void work_queue::granted(const std::vector<slot_grant>& grants) {
  if (grants.empty())
    return;
  for (auto& x : grants) {
    slots_.granted(x);
    agents_.insert_or_assign(x.agent, x.spec);
  }
  for (auto& x : told_)
    x.is_stale = x.wanted > 0;
}

void work_queue::recalled(const std::vector<slot_recall>& slots) {
  for (auto& x : slots)
    slots_.recalled(x);
}

void work_queue::answered(const std::vector<uint32_t>& classes) {
  for (auto i : classes)
    told_[i].is_answered = true;
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
    x.demand_class = classes_.of(*x.task.spec);
    push(handle);
  }
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

/// The class with the most urgent head among those that have a free slot.
std::optional<uint32_t> work_queue::next_class(time_point now) {
  std::optional<uint32_t> best;
  // What goes on needs no token.
  auto has_token = tokens(now) > 0;
  for (auto i : ready_.active_classes())
    if ((has_token || classes_.at(i)->is_resuming)
        && (!best || ready_.precedes(i, *best)) && choose(i) != nullptr)
      best = i;
  return best;
}

const held_slots::holding* work_queue::choose(uint32_t demand_class) {
  auto& what = *classes_.at(demand_class);
  auto has_preference = !what.agent.empty() && what.wish == agent_wish::prefer;
  // First the router has to say whether the preferred agent has a free slot.
  auto takes_others = !has_preference || is_answered(demand_class);
  return slots_.choose(classes_, demand_class,
                       ready_.top_priority(demand_class),
                       has_preference ? &what.agent : nullptr, takes_others);
}

void work_queue::plan(time_point now) {
  keys_.advance(now);
  apply_key_changes();
  while (auto handle = delayed_.take_due(now)) {
    entries_[*handle].demand_class = classes_.of(*entries_[*handle].task.spec);
    push(*handle);
  }
  while (may_start()) {
    auto next = next_class(now);
    if (!next)
      break;
    auto handle = ready_.top(*next);
    auto& x = entries_[handle];
    // Its key may have got an agent since it was put here.
    if (!x.is_resuming && classes_.may_move(*x.task.spec, *next)) {
      if (auto to = classes_.of(*x.task.spec); to != *next) {
        ready_.erase(handle);
        release_key(handle);
        x.demand_class = to;
        push(handle);
        continue;
      }
    }
    auto* on = choose(*next);
    ready_.pop(*next);
    classes_.bind(*x.task.spec, on->spec);
    start(handle, *on, now);
  }
  return_slots();
  want_slots(now);
}

void work_queue::start(uint32_t handle, const held_slots::holding& on,
                       time_point now) {
  auto& x = entries_[handle];
  slots_.take(on.agent);
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
    i->orders.push_back({x.task.spec, {}, {}, x.number, true});
    return;
  }
  // A retry was counted when it was decided.
  if (spec_.retry_budget.is_enabled && x.failures == 0)
    budgets_.of(x.demand_class, *classes_.at(x.demand_class)).attempted(now);
  if (bucket_)
    bucket_->take(1, now);
  ++x.number;
  i->orders.push_back(
    {x.task.spec, x.task.parameters, x.task.dependencies, x.number, false});
  actions_.started.push_back({{x.task.spec->id, x.number}, on.agent, now});
}

// -- slots --------------------------------------------------------------------

void work_queue::return_slots() {
  // Idle slots are kept for what may come next, unless something waits that
  // they cannot serve, or nothing may start here, or agents take turns.
  auto is_idle_useless = is_paused_ || !ready_.empty()
                         || spec_.routing == routing_strategy::round_robin
                         || !spec_.auto_start;
  auto idle_max = uint64_t{UINT32_MAX};
  if (spec_.max_concurrent > 0)
    idle_max = spec_.max_concurrent - running_;
  if (is_idle_useless)
    idle_max = 0;
  slots_.give_back(idle_max, actions_.returned);
}

void work_queue::want_slots(time_point now) {
  // Slots beyond this could not be used now.
  uint64_t room = UINT32_MAX;
  if (spec_.max_concurrent > 0)
    room = spec_.max_concurrent - running_;
  if (is_paused_)
    room = 0;
  auto tokens_left = tokens(now);
  auto waits_for_token = false;
  told_.resize(classes_.size());
  for (uint32_t i = 0; i < told_.size(); ++i) {
    auto& x = told_[i];
    auto waiting = std::min<uint64_t>(ready_.size(i), room);
    if (waiting > tokens_left && !classes_.at(i)->is_resuming) {
      waits_for_token = waits_for_token || tokens_left == 0;
      waiting = tokens_left;
    }
    auto count = waiting > 0 ? rounded(waiting) : 0;
    auto priority = waiting > 0 ? ready_.top_priority(i) : 0;
    if (waiting == 0)
      x.is_answered = false;
    // Wants that only shrink are not worth a message, unless they vanish: the
    // router would lend for nothing.
    if (count == 0 ? x.wanted == 0
                   : !x.is_stale && count <= x.wanted && priority == x.priority)
      continue;
    x.wanted = count;
    x.priority = priority;
    x.is_stale = false;
    actions_.wants.push_back({i, classes_.at(i), count, priority});
  }
  rate_due_ = waits_for_token ? bucket_->when(1, now) : never;
}

queue_actions work_queue::take_actions() {
  return std::exchange(actions_, {});
}

} // namespace troupe::core
