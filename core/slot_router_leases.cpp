// Slots that are lent with amounts of their agent, and the reservation for who
// cannot get enough of them.

#include "core/slot_router.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace troupe::core {

void slot_router::lend_lease(uint32_t queue, uint32_t agent, known_want& x) {
  auto number = open_lease(queue, agent, x.what, true);
  queues_[queue].last_agent = agent;
  auto added = grant(agent, 1);
  added.lease = number;
  added.demand_class = x.demand_class;
  line_of(queue).grants.push_back(std::move(added));
  // Next time it waits behind those that wait already.
  x.waits_since = 0;
  if (is_reserved_for(queue, x))
    reserved_.reset();
}

/// Enters it in all books.
uint64_t slot_router::open_lease(uint32_t queue, uint32_t agent,
                                 std::shared_ptr<const demand> what,
                                 bool has_slot) {
  auto& from = agents_[agent];
  from.pool.take(what->resources);
  nodes_[from.node].pool.take(what->resources);
  if (has_slot) {
    take_slots(agent, 1);
    ++queues_[queue].held_total;
    ++queues_[queue].leases;
  } else {
    ++from.parked;
    ++nodes_[from.node].parked;
  }
  leases_.emplace(++last_lease_,
                  lease{queue, agent, std::move(what), has_slot});
  return last_lease_;
}

void slot_router::give_back_leases(uint32_t queue,
                                   const std::vector<lease_return>& leases) {
  for (auto& x : leases) {
    auto i = leases_.find(x.lease);
    // The agent may have been dropped meanwhile.
    if (i == leases_.end() || i->second.queue != queue)
      continue;
    auto& known = i->second;
    auto& agent = agents_[known.agent];
    auto& node = nodes_[agent.node];
    if (std::exchange(known.has_slot, false)) {
      --queues_[queue].held_total;
      --queues_[queue].leases;
      ++agent.parked;
      ++node.parked;
      free(known.agent, 1);
    }
    if (x.is_whole) {
      --agent.parked;
      --node.parked;
      agent.pool.give_back(known.what->resources);
      node.pool.give_back(known.what->resources);
      leases_.erase(i);
    }
  }
}

/// Of an agent that is gone. Its node may have other agents.
void slot_router::drop_leases(uint32_t agent) {
  auto& node = nodes_[agents_[agent].node];
  std::erase_if(leases_, [&](auto& x) {
    auto& known = x.second;
    if (known.agent != agent)
      return false;
    if (known.has_slot) {
      --queues_[known.queue].held_total;
      --queues_[known.queue].leases;
    } else {
      --node.parked;
    }
    node.pool.give_back(known.what->resources);
    return true;
  });
}

/// Whether the agent has left what it needs, and it may have it.
bool slot_router::has_amounts(uint32_t queue, const known_want& x,
                              uint32_t agent) const noexcept {
  if (!x.needs_amounts())
    return true;
  auto& needed = x.what->resources;
  auto& on = agents_[agent];
  if (!has_left(on, needed))
    return false;
  if (!reserved_ || x.priority > reserved_->priority
      || is_reserved_for(queue, x))
    return true;
  auto is_reserved = reserved_->agent == agent;
  auto is_beside = agents_[reserved_->agent].node == on.node;
  if (!is_reserved && !is_beside)
    return true;
  auto& shared = nodes_[on.node].pool;
  return std::ranges::none_of(needed, [&](const resource_amount& part) {
    return amount_of(reserved_->what->resources, part.name) > 0
           && (is_reserved || shared.has(part.name));
  });
}

// -- reservation --------------------------------------------------------------

bool slot_router::is_reserved_for(uint32_t queue,
                                  const known_want& x) const noexcept {
  return reserved_ && reserved_->queue == queue
         && reserved_->demand_class == x.demand_class;
}

bool slot_router::may_reserve(const demand& x, uint32_t agent) const noexcept {
  auto& on = agents_[agent];
  if (on.is_gone || on.is_closed() || on.parked > 0 || !can_serve(*on.spec, x))
    return false;
  auto& node = nodes_[on.node];
  return node.parked == 0
         || std::ranges::none_of(x.resources, [&](const resource_amount& part) {
              return node.pool.has(part.name);
            });
}

/// It goes when it is no longer wanted, or its agent no longer of use.
void slot_router::check_reservation() {
  if (!reserved_)
    return;
  auto& wants = queues_[reserved_->queue].wants;
  auto i = std::ranges::find(wants, reserved_->demand_class,
                             &slot_want::demand_class);
  if (i == wants.end() || !may_reserve(*i->what, reserved_->agent))
    reserved_.reset();
  else
    reserved_->priority = i->priority;
}

void slot_router::reserve(std::vector<queue_want>& unserved) {
  std::optional<reservation> best;
  uint64_t best_since = 0;
  for (auto& [queue, x] : unserved) {
    if (!x.needs_amounts())
      continue;
    if (x.waits_since == 0)
      x.waits_since = ++waits_;
    auto is_first = !best || x.priority > best->priority
                    || (x.priority == best->priority
                        && x.waits_since < best_since);
    if (!is_first)
      continue;
    if (auto agent = agent_to_reserve(*x.what)) {
      best = {queue, x.demand_class, *agent, x.priority, x.what};
      best_since = x.waits_since;
    }
  }
  if (best && (!reserved_ || best->priority > reserved_->priority))
    reserved_ = std::move(best);
}

/// The one it wishes for, else the one where the least is missing.
std::optional<uint32_t> slot_router::agent_to_reserve(const demand& x) const {
  std::optional<uint32_t> best;
  double best_share = 0;
  for (uint32_t i = 0; i < agents_.size(); ++i) {
    auto& agent = agents_[i];
    if (!may_reserve(x, i))
      continue;
    if (!x.agent.empty() && agent.spec->id == x.agent)
      return i;
    double share = 1;
    for (auto& part : x.resources)
      share = std::min(share, left_of(agent, part.name) / part.amount);
    if (!best || share > best_share) {
      best = i;
      best_share = share;
    }
  }
  return best;
}

// -- in words -----------------------------------------------------------------

/// What is missing at the agents that could do it; empty if one has it all.
std::string slot_router::explain_amounts(const demand& x) const {
  std::vector<std::string> short_of;
  for (uint32_t i = 0; i < agents_.size(); ++i) {
    auto& agent = agents_[i];
    if (agent.is_gone || agent.is_closed() || !can_serve(*agent.spec, x))
      continue;
    auto text = std::string{};
    for (auto& part : x.resources)
      if (left_of(agent, part.name) < part.amount)
        text += (text.empty() ? "" : ", ") + describe_left(agent, part);
    if (text.empty() && reserved_ && reserved_->agent == i
        && *reserved_->what != x)
      text = fmt::format("what is left is reserved for {}",
                         describe(reserved_->what->resources));
    else if (text.empty())
      return {};
    short_of.push_back(fmt::format("{} ({})", agent.spec->id, text));
  }
  return fmt::format("waits for {} of {}", describe(x.resources),
                     fmt::join(short_of, ", "));
}

/// Agents that could do it, had they more.
std::string slot_router::explain_size(const demand& x) const {
  if (x.resources.empty())
    return {};
  auto small = x;
  small.resources.clear();
  std::string text;
  for (auto& agent : agents_) {
    if (agent.is_gone || !can_serve(*agent.spec, small)
        || covers(agent.spec->resources, x.resources))
      continue;
    auto has = describe(agent.spec->resources);
    text += fmt::format("; {} has {}", agent.spec->id,
                        has.empty() ? "no resources" : has);
  }
  return text;
}

} // namespace troupe::core
