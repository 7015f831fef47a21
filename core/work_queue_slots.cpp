// Which slot is used for what, what is wanted, and what goes back.

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

} // namespace

// -- what the router says -----------------------------------------------------

void work_queue::granted(const std::vector<slot_grant>& grants) {
  if (grants.empty())
    return;
  for (auto& x : grants) {
    if (x.lease == 0) {
      slots_.granted(x);
    } else {
      leases_.push_back({x.lease, x.demand_class, x.agent, x.spec});
      ++leased_;
    }
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

// -- the choice ---------------------------------------------------------------

/// The class with the most urgent head among those that have a free slot. None
/// if a more urgent one needs resources and the router has not said that it has
/// no such slot: what is free may be what it is made of.
std::optional<uint32_t> work_queue::next_class(time_point now) {
  std::optional<uint32_t> best;
  std::optional<uint32_t> asking;
  // What goes on needs no token.
  auto has_token = tokens(now) > 0;
  for (auto i : ready_.active_classes()) {
    if ((!has_token && !classes_.at(i)->is_resuming) || allowance(i) == 0
        || (best && !ready_.precedes(i, *best)))
      continue;
    if (can_start(i))
      best = i;
    else if (uses_leases_ && needs_lease(i) && !is_answered(i)
             && (!asking || ready_.precedes(i, *asking)))
      asking = i;
  }
  if (best && asking && ready_.precedes(*asking, *best))
    return std::nullopt;
  return best;
}

bool work_queue::needs_lease(uint32_t demand_class) const noexcept {
  return !classes_.at(demand_class)->resources.empty();
}

bool work_queue::can_start(uint32_t demand_class) {
  return uses_leases_ && needs_lease(demand_class)
           ? find_lease(demand_class) != nullptr
           : choose(demand_class) != nullptr;
}

const work_queue::idle_lease*
work_queue::find_lease(uint32_t demand_class) const {
  auto i = std::ranges::find(leases_, demand_class, &idle_lease::demand_class);
  return i == leases_.end() ? nullptr : &*i;
}

/// For a class that can start.
work_queue::seat work_queue::seat_for(uint32_t demand_class) {
  if (uses_leases_ && needs_lease(demand_class)) {
    auto* lease = find_lease(demand_class);
    return {lease->agent, lease->spec, lease->id};
  }
  auto* on = choose(demand_class);
  return {on->agent, on->spec, 0};
}

const held_slots::holding* work_queue::choose(uint32_t demand_class) {
  auto& what = *classes_.at(demand_class);
  // First the router has to say whether there is a better one that is free.
  auto takes_others = !what.has_wishes() || is_answered(demand_class);
  return slots_.choose(classes_, demand_class,
                       ready_.top_priority(demand_class),
                       what.prefers_agent() ? &what.agent : nullptr,
                       takes_others);
}

// -- what the router is told --------------------------------------------------

void work_queue::return_slots() {
  // Idle slots are kept for what may come next, unless something waits that
  // they cannot serve, or nothing may start here, or where it is to start is
  // not for the queue alone to say.
  auto is_idle_useless = is_paused_ || !ready_.empty()
                         || spec_.routing == routing_strategy::round_robin
                         || is_by_node(spec_.routing) || !spec_.auto_start;
  auto idle_max = uint64_t{UINT32_MAX};
  if (spec_.max_concurrent > 0)
    idle_max = spec_.max_concurrent - running_;
  if (is_idle_useless)
    idle_max = 0;
  slots_.give_back(idle_max, actions_.returned);
  for (auto& x : leases_)
    actions_.leases.push_back({x.id, true});
  leased_ -= leases_.size();
  leases_.clear();
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
    auto waiting = std::min({uint64_t{ready_.size(i)}, room, allowance(i)});
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

} // namespace troupe::core
