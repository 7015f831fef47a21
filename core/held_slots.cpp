#include "core/held_slots.hpp"

#include <algorithm>

namespace troupe::core {

held_slots::holding* held_slots::find(uint32_t agent) {
  auto i = std::ranges::find(holdings_, agent, &holding::agent);
  return i == holdings_.end() ? nullptr : &*i;
}

void held_slots::granted(const slot_grant& x) {
  auto* known = find(x.agent);
  if (known == nullptr) {
    known = &holdings_.emplace_back();
    known->agent = x.agent;
    known->spec = x.spec;
  }
  known->slots += x.count;
  // Who is lent more of an agent is not meant to return what it has of it.
  known->owed = known->asked = 0;
  known->owed_priority = 0;
  // An agent that was offline may be back.
  known->is_draining = x.is_draining;
}

void held_slots::recalled(const slot_recall& x) {
  auto* known = find(x.agent);
  if (known == nullptr)
    return;
  known->is_draining = known->is_draining || x.is_draining;
  auto& due = x.is_pressing ? known->owed : known->asked;
  due = std::min(known->slots, due + x.count);
  if (x.is_pressing)
    known->owed_priority = std::max(known->owed_priority, x.priority);
}

void held_slots::forget_agent(uint32_t agent) {
  std::erase_if(holdings_, [&](auto& x) { return x.agent == agent; });
}

bool held_slots::serves(holding& x, const demand_classes& classes,
                        uint32_t demand_class) {
  while (x.serves.size() < classes.size()) {
    auto next = static_cast<uint32_t>(x.serves.size());
    x.serves.push_back(can_serve(*x.spec, *classes.at(next)));
  }
  return x.serves[demand_class];
}

bool held_slots::is_better(const holding& x,
                           const holding& best) const noexcept {
  if (routing_ == routing_strategy::round_robin) {
    auto is_after = x.agent > last_agent_;
    auto best_is_after = best.agent > last_agent_;
    return is_after != best_is_after ? is_after : x.agent < best.agent;
  }
  return uint64_t{x.in_use} * best.spec->max_concurrent
         < uint64_t{best.in_use} * x.spec->max_concurrent;
}

const held_slots::holding*
held_slots::choose(const demand_classes& classes, uint32_t demand_class,
                   int32_t priority, const std::string* preferred,
                   bool takes_others) {
  const holding* best = nullptr;
  for (auto& x : holdings_) {
    if (x.free() == 0 || !serves(x, classes, demand_class)
        || (x.is_draining && !classes.at(demand_class)->is_resuming)
        || (x.free() <= x.owed && priority <= x.owed_priority))
      continue;
    if (preferred != nullptr && x.spec->id == *preferred)
      return &x;
    if (takes_others && (best == nullptr || is_better(x, *best)))
      best = &x;
  }
  return best;
}

void held_slots::take(uint32_t agent) {
  ++find(agent)->in_use;
  last_agent_ = agent;
}

void held_slots::release(uint32_t agent) {
  if (auto* known = find(agent))
    --known->in_use;
}

void held_slots::give_back(uint64_t idle_max,
                           std::vector<slot_count>& returned) {
  uint64_t idle = 0;
  for (auto& x : holdings_) {
    auto due = x.is_draining ? x.slots : std::max(x.owed, x.asked);
    give_back(x, std::min(due, x.free()), returned);
    idle += x.free();
  }
  for (auto& x : holdings_) {
    if (idle <= idle_max)
      break;
    auto count = std::min<uint64_t>(x.free(), idle - idle_max);
    give_back(x, static_cast<uint32_t>(count), returned);
    idle -= count;
  }
  std::erase_if(holdings_, [](auto& x) { return x.slots == 0; });
}

void held_slots::give_back(holding& x, uint32_t count,
                           std::vector<slot_count>& returned) {
  if (count == 0)
    return;
  x.slots -= count;
  x.owed -= std::min(x.owed, count);
  if (x.owed == 0)
    x.owed_priority = 0;
  x.asked -= std::min(x.asked, count);
  auto i = std::ranges::find(returned, x.agent, &slot_count::agent);
  if (i != returned.end())
    i->count += count;
  else
    returned.push_back({x.agent, count});
}

uint64_t held_slots::total() const noexcept {
  uint64_t sum = 0;
  for (auto& x : holdings_)
    sum += x.slots;
  return sum;
}

} // namespace troupe::core
