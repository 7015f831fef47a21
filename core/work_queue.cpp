#include "core/work_queue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace troupe::core {

namespace {

/// Sticky keys remembered per queue.
constexpr size_t sticky_keys_max = 65'536;

size_t hash_of(const demand& x) {
  std::hash<std::string> hash;
  auto sum = hash(x.agent) * 31 + static_cast<size_t>(x.wish) * 2
             + static_cast<size_t>(x.is_resuming);
  for (auto& capability : x.capabilities)
    sum = sum * 1099511628211ull + hash(capability);
  return sum;
}

/// Wants are told in powers of two, so that a growing line does not mean a
/// message to the router per task.
uint32_t rounded(uint64_t count) {
  return std::bit_ceil(static_cast<uint32_t>(std::min<uint64_t>(count, 4096)));
}

} // namespace

work_queue::work_queue(queue_spec spec)
  : spec_(std::move(spec)), ready_({spec_.aging, spec_.is_fair}) {
}

// -- tasks --------------------------------------------------------------------

uint32_t work_queue::class_of(const task_spec& spec) {
  if (spec_.routing == routing_strategy::sticky && !spec.sticky_key.empty())
    return sticky_class_of(spec);
  // Neighbours in a line mostly need the same.
  if (last_class_ < classes_.size()) {
    auto& last = *classes_[last_class_].what;
    if (last.capabilities == spec.capabilities && last.agent == spec.agent
        && last.wish == spec.wish && !last.is_resuming
        && !classes_[last_class_].is_sticky)
      return last_class_;
  }
  last_class_
    = class_for({spec.capabilities, spec.agent, spec.wish, {}, false});
  return last_class_;
}

uint32_t work_queue::class_for(demand what) {
  auto& candidates = classes_by_hash_[hash_of(what)];
  for (auto i : candidates)
    if (*classes_[i].what == what)
      return i;
  auto number = static_cast<uint32_t>(classes_.size());
  candidates.push_back(number);
  auto& added = classes_.emplace_back();
  added.is_sticky = !what.sticky_key.empty();
  added.what = std::make_shared<const demand>(std::move(what));
  return number;
}

/// Tasks whose key has an agent form one class per agent; the others wait with
/// those that have no key, and so do those the key's agent cannot do.
uint32_t work_queue::sticky_class_of(const task_spec& spec) {
  demand any{spec.capabilities, spec.agent, spec.wish, {}, false};
  auto i = sticky_agents_.find(spec.sticky_key);
  if (i == sticky_agents_.end() || !can_serve(*i->second, any))
    return class_for(std::move(any));
  return class_for(
    {spec.capabilities, i->second->id, agent_wish::require, "sticky", false});
}

void work_queue::bind_sticky(const std::string& key,
                             const std::shared_ptr<const agent_spec>& agent) {
  if (!sticky_agents_.try_emplace(key, agent).second)
    return;
  sticky_keys_.push_back(key);
  if (sticky_keys_.size() > sticky_keys_max) {
    sticky_agents_.erase(sticky_keys_.front());
    sticky_keys_.pop_front();
  }
}

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
  ready_.push(handle, x.demand_class, x.task.priority.value(),
              owner_of(x.task.spec->owner), x.task.ready_at);
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
  x.demand_class = class_of(*x.task.spec);
  push(handle);
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
  if (x.at == state::ready) {
    ready_.erase(handle);
    if (!x.is_resuming) {
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
  if (x.at == state::ready)
    ready_.reprioritize(i->second, priority.value());
}

// -- agents -------------------------------------------------------------------

work_queue::holding* work_queue::held(uint32_t agent) {
  auto i = std::ranges::find(holdings_, agent, &holding::agent);
  return i == holdings_.end() ? nullptr : &*i;
}

void work_queue::granted(const std::vector<slot_grant>& grants) {
  if (grants.empty())
    return;
  for (auto& x : grants) {
    auto* known = held(x.agent);
    if (known == nullptr) {
      known = &holdings_.emplace_back();
      known->agent = x.agent;
      known->spec = x.spec;
    }
    known->slots += x.count;
    known->is_draining = known->is_draining || x.is_draining;
    agents_.insert_or_assign(x.agent, x.spec);
  }
  for (auto& x : classes_)
    x.is_stale = x.wanted > 0;
}

void work_queue::recalled(const std::vector<slot_recall>& slots) {
  for (auto& x : slots) {
    auto* known = held(x.agent);
    if (known == nullptr)
      continue;
    known->is_draining = known->is_draining || x.is_draining;
    auto& due = x.is_pressing ? known->owed : known->asked;
    due = std::min(known->slots, due + x.count);
    if (x.is_pressing)
      known->owed_priority = std::max(known->owed_priority, x.priority);
  }
}

void work_queue::answered(const std::vector<uint32_t>& classes) {
  for (auto i : classes)
    classes_[i].is_answered = true;
}

void work_queue::agent_left(uint32_t agent) {
  auto known = agents_.find(agent);
  if (known == agents_.end())
    return;
  auto id = known->second->id;
  agents_.erase(known);
  std::erase_if(holdings_, [&](auto& x) { return x.agent == agent; });
  std::erase_if(sticky_agents_, [&](auto& x) { return x.second->id == id; });
  std::erase_if(sticky_keys_,
                [&](auto& key) { return !sticky_agents_.contains(key); });
  for (uint32_t handle = 0; handle < entries_.size(); ++handle) {
    auto& x = entries_[handle];
    if (x.task.spec == nullptr)
      continue;
    if (x.at == state::ready && !x.is_resuming) {
      auto& waiting_for = classes_[x.demand_class];
      if (waiting_for.is_sticky && waiting_for.what->agent == id) {
        ready_.erase(handle);
        x.demand_class = class_of(*x.task.spec);
        push(handle);
      }
      continue;
    }
    if (x.agent != agent)
      continue;
    if (x.at == state::running)
      --running_;
    if (x.at == state::ready)
      ready_.erase(handle);
    if (x.is_withdrawn) {
      forget(handle);
      continue;
    }
    actions_.lost.push_back({x.task.spec->id, x.number});
    x.is_resuming = false;
    x.demand_class = class_of(*x.task.spec);
    push(handle);
  }
}

void work_queue::free_slot(uint32_t agent) {
  --running_;
  if (auto* known = held(agent))
    --known->in_use;
}

void work_queue::ended(attempt_outcome&& outcome) {
  auto i = index_.find(outcome.key.task);
  if (i == index_.end() || entries_[i->second].number != outcome.key.number
      || (entries_[i->second].at == state::ready
          && !entries_[i->second].is_resuming)) {
    // The manager counts what comes late.
    actions_.ended.push_back(std::move(outcome));
    return;
  }
  auto handle = i->second;
  auto& x = entries_[handle];
  if (x.at == state::running)
    free_slot(x.agent);
  else if (x.at == state::ready)
    ready_.erase(handle);
  ++ended_;
  actions_.ended.push_back(std::move(outcome));
  forget(handle);
}

void work_queue::parked(const attempt_key& key) {
  auto* x = find(key.task);
  if (x == nullptr || x->number != key.number || x->at != state::running)
    return;
  free_slot(x->agent);
  x->at = state::parked;
}

void work_queue::unparked(const attempt_key& key) {
  auto i = index_.find(key.task);
  if (i == index_.end())
    return;
  auto& x = entries_[i->second];
  if (x.number != key.number || x.at != state::parked || x.is_withdrawn)
    return;
  x.is_resuming = true;
  // The slot it needs is one of the agent it lives on.
  x.demand_class = class_for({x.task.spec->capabilities,
                              agents_.at(x.agent)->id,
                              agent_wish::require,
                              {},
                              true});
  push(i->second);
}

// -- control ------------------------------------------------------------------

void work_queue::pause() {
  is_paused_ = true;
}

void work_queue::resume() {
  is_paused_ = false;
}

uint64_t work_queue::process() {
  released_ = ready_.size();
  return released_;
}

bool work_queue::may_start() const noexcept {
  return !is_paused_ && (spec_.auto_start || released_ > 0)
         && (spec_.max_concurrent == 0 || running_ < spec_.max_concurrent);
}

bool work_queue::serves(holding& x, uint32_t demand_class) {
  while (x.serves.size() < classes_.size())
    x.serves.push_back(can_serve(*x.spec, *classes_[x.serves.size()].what));
  return x.serves[demand_class];
}

bool work_queue::prefers(const demand_class& x) const noexcept {
  return !x.what->agent.empty() && x.what->wish == agent_wish::prefer;
}

/// The class with the most urgent head among those that have a free slot.
std::optional<uint32_t> work_queue::next_class() {
  std::optional<uint32_t> best;
  for (auto i : ready_.active_classes())
    if ((!best || ready_.precedes(i, *best)) && choose(i) != nullptr)
      best = i;
  return best;
}

work_queue::holding* work_queue::choose(uint32_t demand_class) {
  auto& what = *classes_[demand_class].what;
  auto has_preference = prefers(classes_[demand_class]);
  holding* best = nullptr;
  for (auto& x : holdings_) {
    if (x.free() == 0 || !serves(x, demand_class)
        || (x.is_draining && !what.is_resuming))
      continue;
    if (x.free() <= x.owed
        && ready_.top_priority(demand_class) <= x.owed_priority)
      continue;
    if (has_preference && x.spec->id == what.agent)
      return &x;
    if (best == nullptr) {
      best = &x;
    } else if (spec_.routing == routing_strategy::round_robin) {
      auto is_after = x.agent > last_agent_;
      auto best_is_after = best->agent > last_agent_;
      if (is_after != best_is_after ? is_after : x.agent < best->agent)
        best = &x;
    } else if (uint64_t{x.in_use} * best->spec->max_concurrent
               < uint64_t{best->in_use} * x.spec->max_concurrent) {
      best = &x;
    }
  }
  // First the router has to say whether the preferred agent has a free slot.
  if (has_preference && !classes_[demand_class].is_answered)
    return nullptr;
  return best;
}

void work_queue::plan(time_point now) {
  while (may_start()) {
    auto next = next_class();
    if (!next)
      break;
    auto handle = ready_.top(*next);
    auto& x = entries_[handle];
    auto& key = x.task.spec->sticky_key;
    if (spec_.routing == routing_strategy::sticky && !key.empty()
        && !x.is_resuming && !classes_[*next].is_sticky) {
      // Its key may have got an agent since it was put here.
      if (auto to = sticky_class_of(*x.task.spec); to != *next) {
        ready_.erase(handle);
        x.demand_class = to;
        push(handle);
        continue;
      }
    }
    auto* on = choose(*next);
    ready_.pop(*next);
    start(handle, *on, now);
    if (spec_.routing == routing_strategy::sticky && !key.empty())
      bind_sticky(key, on->spec);
    if (released_ > 0)
      --released_;
  }
  return_slots();
  want_slots();
}

void work_queue::start(uint32_t handle, holding& on, time_point now) {
  auto& x = entries_[handle];
  ++on.in_use;
  ++running_;
  last_agent_ = on.agent;
  x.at = state::running;
  x.agent = on.agent;
  auto i = std::ranges::find(actions_.dispatches, on.agent,
                             &queue_actions::dispatch::agent);
  if (i == actions_.dispatches.end()) {
    actions_.dispatches.push_back({on.agent, {}});
    i = std::prev(actions_.dispatches.end());
  }
  if (x.is_resuming) {
    x.is_resuming = false;
    i->orders.push_back({x.task.spec, {}, {}, x.number, true});
    return;
  }
  ++x.number;
  i->orders.push_back(
    {x.task.spec, x.task.parameters, x.task.dependencies, x.number, false});
  actions_.started.push_back({{x.task.spec->id, x.number}, on.agent, now});
}

// -- slots --------------------------------------------------------------------

bool work_queue::give_back(holding& x, uint32_t count) {
  if (count == 0)
    return false;
  x.slots -= count;
  x.owed -= std::min(x.owed, count);
  if (x.owed == 0)
    x.owed_priority = 0;
  x.asked -= std::min(x.asked, count);
  auto i = std::ranges::find(actions_.returned, x.agent, &slot_count::agent);
  if (i != actions_.returned.end())
    i->count += count;
  else
    actions_.returned.push_back({x.agent, count});
  return true;
}

void work_queue::return_slots() {
  // Idle slots are kept for what may come next, unless something waits that
  // they cannot serve, or nothing may start here, or agents take turns.
  auto is_idle_useless = is_paused_ || !ready_.empty()
                         || spec_.routing == routing_strategy::round_robin
                         || (!spec_.auto_start && released_ == 0);
  auto idle_max = uint64_t{UINT32_MAX};
  if (spec_.max_concurrent > 0)
    idle_max = spec_.max_concurrent - running_;
  if (is_idle_useless)
    idle_max = 0;
  uint64_t idle = 0;
  for (auto& x : holdings_) {
    auto due = x.is_draining ? x.slots : std::max(x.owed, x.asked);
    give_back(x, std::min(due, x.free()));
    idle += x.free();
  }
  for (auto& x : holdings_) {
    if (idle <= idle_max)
      break;
    auto count = std::min<uint64_t>(x.free(), idle - idle_max);
    give_back(x, static_cast<uint32_t>(count));
    idle -= count;
  }
  std::erase_if(holdings_, [](auto& x) { return x.slots == 0; });
}

void work_queue::want_slots() {
  // Slots beyond this could not be used now.
  uint64_t room = UINT32_MAX;
  if (spec_.max_concurrent > 0)
    room = spec_.max_concurrent - running_;
  if (is_paused_)
    room = 0;
  if (!spec_.auto_start)
    room = std::min(room, released_);
  for (uint32_t i = 0; i < classes_.size(); ++i) {
    auto& x = classes_[i];
    auto waiting = std::min<uint64_t>(ready_.size(i), room);
    auto count = waiting > 0 ? rounded(waiting) : 0;
    auto priority = waiting > 0 ? ready_.top_priority(i) : 0;
    if (waiting == 0)
      x.is_answered = false;
    // Wants that only shrink are not worth a message, unless they vanish: the
    // router would lend for nothing.
    if (count == 0
          ? x.wanted == 0
          : !x.is_stale && count <= x.wanted && priority == x.wanted_priority)
      continue;
    x.wanted = count;
    x.wanted_priority = priority;
    x.is_stale = false;
    actions_.wants.push_back({i, x.what, count, priority});
  }
}

queue_actions work_queue::take_actions() {
  return std::exchange(actions_, {});
}

// -- questions ----------------------------------------------------------------

queue_info work_queue::info() const {
  queue_info result;
  result.spec = spec_;
  result.is_paused = is_paused_;
  result.ready = ready_.size();
  result.running = running_;
  result.ended = ended_;
  for (auto& x : holdings_)
    result.leased += x.slots;
  return result;
}

std::optional<work_queue::explanation>
work_queue::explain(const task_id& id) const {
  auto* x = find(id);
  if (x == nullptr)
    return std::nullopt;
  auto& name = spec_.name;
  if (x->at == state::running)
    return explanation{"is being started", nullptr};
  if (x->at == state::parked)
    return explanation{"runs, and waits for its child tasks", nullptr};
  if (is_paused_)
    return explanation{fmt::format("queue '{}' is paused", name), nullptr};
  if (!spec_.auto_start && released_ == 0)
    return explanation{
      fmt::format("queue '{}' starts nothing by itself; call process_queue()",
                  name),
      nullptr};
  if (spec_.max_concurrent > 0 && running_ >= spec_.max_concurrent)
    return explanation{
      fmt::format("queue '{}' runs {} tasks, as many as it may ({} waiting)",
                  name, running_, ready_.size()),
      nullptr};
  return explanation{{}, classes_[x->demand_class].what};
}

} // namespace troupe::core
