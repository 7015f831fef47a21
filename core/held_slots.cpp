#include "core/held_slots.hpp"

#include <algorithm>
#include <iterator>

namespace troupe::core {

held_slots::holding* held_slots::find(uint32_t agent) {
  auto i = std::ranges::find(holdings_, agent, &holding::agent);
  return i == holdings_.end() ? nullptr : &*i;
}

void held_slots::granted(const slot_grant& x) {
  auto* known = find(x.agent);
  if (known == nullptr)
    known = &add(x);
  known->slots += x.count;
  // Who is lent more of an agent is not meant to return what it has of it.
  known->owed = known->asked = 0;
  known->owed_priority = 0;
  // An agent that was offline may be back.
  known->is_draining = x.is_draining;
}

held_slots::holding& held_slots::add(const slot_grant& x) {
  auto& added = holdings_.emplace_back();
  added.agent = x.agent;
  added.spec = x.spec;
  if (is_by_node(routing_)) {
    auto i = std::ranges::find(nodes_, x.spec->node, &node_use::name);
    if (i == nodes_.end()) {
      nodes_.push_back({.name = x.spec->node});
      i = std::prev(nodes_.end());
    }
    i->slots += x.spec->max_concurrent;
    added.node = static_cast<size_t>(i - nodes_.begin());
  }
  return added;
}

/// It is held no more.
void held_slots::left(const holding& x) {
  if (!is_by_node(routing_))
    return;
  nodes_[x.node].slots -= x.spec->max_concurrent;
  nodes_[x.node].in_use -= x.in_use;
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
  if (auto* known = find(agent))
    left(*known);
  std::erase_if(holdings_, [&](auto& x) { return x.agent == agent; });
}

int16_t held_slots::fit(holding& x, const demand_classes& classes,
                        uint32_t demand_class) {
  while (x.fits.size() < classes.size()) {
    auto& what = *classes.at(static_cast<uint32_t>(x.fits.size()));
    auto met = std::min<size_t>(wishes_met(*what.placement, x.spec->labels),
                                INT16_MAX);
    x.fits.push_back(can_serve(*x.spec, what) ? static_cast<int16_t>(met)
                                              : int16_t{-1});
  }
  return x.fits[demand_class];
}

bool held_slots::is_better(const holding& x,
                           const holding& best) const noexcept {
  if (routing_ == routing_strategy::round_robin) {
    auto is_after = x.agent > last_agent_;
    auto best_is_after = best.agent > last_agent_;
    return is_after != best_is_after ? is_after : x.agent < best.agent;
  }
  if (x.node != best.node) {
    auto& mine = nodes_[x.node];
    auto& other = nodes_[best.node];
    auto share = mine.in_use * other.slots;
    auto other_share = other.in_use * mine.slots;
    if (share != other_share)
      return routing_ == routing_strategy::spread ? share < other_share
                                                  : share > other_share;
    if (routing_ == routing_strategy::pack)
      return x.node < best.node;
  }
  return uint64_t{x.in_use} * best.spec->max_concurrent
         < uint64_t{best.in_use} * x.spec->max_concurrent;
}

const held_slots::holding*
held_slots::choose(const demand_classes& classes, uint32_t demand_class,
                   int32_t priority, const std::string* preferred,
                   bool takes_others) {
  const holding* best = nullptr;
  int16_t best_fit = 0;
  auto& placement = classes.at(demand_class)->placement;
  auto wishes = placement ? placement->preferred.size() : 0;
  for (auto& x : holdings_) {
    if (x.free() == 0)
      continue;
    auto met = fit(x, classes, demand_class);
    if (met < 0 || (x.is_draining && !classes.at(demand_class)->is_resuming)
        || (x.free() <= x.owed && priority <= x.owed_priority))
      continue;
    if (preferred != nullptr && x.spec->id == *preferred)
      return &x;
    auto is_first_choice = preferred == nullptr && wishes > 0
                           && static_cast<size_t>(met) == wishes;
    if ((!takes_others && !is_first_choice) || met < best_fit)
      continue;
    if (best == nullptr || met > best_fit || is_better(x, *best)) {
      best = &x;
      best_fit = met;
    }
  }
  return best;
}

void held_slots::take(uint32_t agent) {
  auto& known = *find(agent);
  ++known.in_use;
  if (is_by_node(routing_))
    ++nodes_[known.node].in_use;
  last_agent_ = agent;
}

void held_slots::release(uint32_t agent) {
  auto* known = find(agent);
  if (known == nullptr)
    return;
  --known->in_use;
  if (is_by_node(routing_))
    --nodes_[known->node].in_use;
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
  std::erase_if(holdings_, [this](auto& x) {
    if (x.slots == 0)
      left(x);
    return x.slots == 0;
  });
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
