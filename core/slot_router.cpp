// Long because lending, asking back and explaining are about one table.

#include "core/slot_router.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace troupe::core {

namespace {

/// `x`, or `x on node b`.
std::string full_name(const agent_spec& x) {
  return x.node.empty() ? x.id : fmt::format("{} on node {}", x.id, x.node);
}

/// The first few of what may be many, for people.
class name_list {
public:
  template <class... Ts>
  void add(fmt::format_string<Ts...> format, Ts&&... xs) {
    constexpr size_t shown_max = 8;
    if (++size_ <= shown_max)
      shown_.push_back(fmt::format(format, std::forward<Ts>(xs)...));
  }

  std::string joined(std::string_view separator) const {
    auto text = fmt::format("{}", fmt::join(shown_, separator));
    if (size_ > shown_.size())
      text += fmt::format("{}and {} more", separator, size_ - shown_.size());
    return text;
  }

  std::string each_after(std::string_view separator) const {
    return empty() ? "" : std::string{separator} + joined(separator);
  }

  size_t size() const noexcept {
    return size_;
  }

  bool empty() const noexcept {
    return size_ == 0;
  }

private:
  std::vector<std::string> shown_;
  size_t size_ = 0;
};

} // namespace

uint32_t slot_router::add_queue(routing_strategy routing) {
  queues_.emplace_back().routing = routing;
  return static_cast<uint32_t>(queues_.size() - 1);
}

std::optional<uint32_t> slot_router::add_agent(agent_spec spec,
                                               bool takes_over) {
  if (find_agent(spec.id))
    return std::nullopt;
  auto last = std::find_if(agents_.rbegin(), agents_.rend(),
                           [&](auto& x) { return x.spec->id == spec.id; });
  auto is_paused = takes_over && last != agents_.rend() && last->is_paused;
  auto& added = agents_.emplace_back();
  added.is_paused = is_paused;
  added.pool = resource_pool{spec.resources};
  added.node = find_node(spec.node).value_or(0);
  auto& node = nodes_[added.node];
  ++node.agents;
  node.slots += spec.max_concurrent;
  added.declared = std::make_shared<const agent_spec>(std::move(spec));
  added.spec = added.declared;
  if (added.node != 0)
    added.spec = std::make_shared<const agent_spec>(
      with_node(*added.declared, node.spec));
  return static_cast<uint32_t>(agents_.size() - 1);
}

std::optional<uint32_t> slot_router::find_agent(std::string_view id) const {
  for (size_t i = 0; i < agents_.size(); ++i)
    if (!agents_[i].is_gone && agents_[i].spec->id == id)
      return static_cast<uint32_t>(i);
  return std::nullopt;
}

void slot_router::drain_agent(uint32_t agent, std::string note) {
  auto& x = agents_[agent];
  if (x.is_gone)
    return;
  auto is_news = !std::exchange(x.is_draining, true);
  x.note = std::move(note);
  recall_all(agent);
  if (is_news && x.leased == 0)
    actions_.drained.push_back(agent);
}

void slot_router::recall_all(uint32_t agent) {
  for (uint32_t q = 0; q < queues_.size(); ++q)
    if (auto i = queues_[q].held.find(agent); i != queues_[q].held.end())
      line_of(q).recalls.push_back({agent, i->second, false, 0, true});
}

bool slot_router::set_offline(uint32_t agent, bool is_offline,
                              std::string note) {
  auto& x = agents_[agent];
  if (x.is_gone)
    return false;
  auto is_news = std::exchange(x.is_offline, is_offline) != is_offline;
  if (!x.is_draining)
    x.note = std::move(note);
  if (is_news && is_offline)
    recall_all(agent);
  if (!x.is_closed())
    forget_recalls(agent);
  return is_news;
}

bool slot_router::set_paused(uint32_t agent, bool is_paused) {
  auto& x = agents_[agent];
  if (x.is_gone || std::exchange(x.is_paused, is_paused) == is_paused)
    return false;
  if (is_paused)
    recall_all(agent);
  else if (!x.is_closed())
    forget_recalls(agent);
  return true;
}

/// What nobody has been told yet, nobody need be told.
void slot_router::forget_recalls(uint32_t agent) {
  for (auto& line : actions_.lines)
    std::erase_if(line.recalls, [&](auto& recall) {
      return recall.agent == agent && recall.is_draining;
    });
}

void slot_router::set_abandoned(uint32_t agent, uint32_t abandoned) {
  agents_[agent].abandoned = abandoned;
}

void slot_router::drop_agent(uint32_t agent) {
  auto& x = agents_[agent];
  if (x.is_gone)
    return;
  for (auto& q : queues_) {
    if (auto i = q.held.find(agent); i != q.held.end()) {
      q.held_total -= i->second;
      q.held.erase(i);
    }
    q.pressed.erase(agent);
    q.asked.erase(agent);
  }
  drop_leases(agent);
  drop_slots(agent, x.leased);
  auto& node = nodes_[x.node];
  --node.agents;
  node.slots -= x.spec->max_concurrent;
  x.is_gone = true;
  actions_.gone.push_back(agent);
}

void slot_router::set_running(uint32_t agent, uint32_t running) {
  agents_[agent].running = running;
}

void slot_router::want(uint32_t queue, std::vector<slot_want> wants) {
  auto& known = queues_[queue].wants;
  for (auto& x : wants) {
    auto i = std::ranges::find(known, x.demand_class, &slot_want::demand_class);
    if (i == known.end())
      i = known.insert(known.end(), known_want{});
    static_cast<slot_want&>(*i) = std::move(x);
    i->is_news = true;
  }
  std::erase_if(known, [](const slot_want& x) { return x.count == 0; });
}

void slot_router::give_back(uint32_t queue,
                            const std::vector<slot_count>& slots) {
  auto& q = queues_[queue];
  for (auto& x : slots) {
    auto held = q.held.find(x.agent);
    // The agent may have been dropped while the slots were on their way.
    if (held == q.held.end())
      continue;
    auto count = std::min(x.count, held->second);
    held->second -= count;
    if (held->second == 0)
      q.held.erase(held);
    q.held_total -= count;
    for (auto* pending : {&q.pressed, &q.asked})
      if (auto i = pending->find(x.agent); i != pending->end()) {
        i->second -= std::min(count, i->second);
        if (i->second == 0)
          pending->erase(i);
      }
    free(x.agent, count);
  }
}

void slot_router::free(uint32_t agent, uint32_t count) {
  drop_slots(agent, count);
  auto& x = agents_[agent];
  if (x.is_draining && x.leased == 0)
    actions_.drained.push_back(agent);
}

// -- recovery -----------------------------------------------------------------

void slot_router::restart() {
  for (uint32_t q = 0; q < queues_.size(); ++q) {
    reset_queue(q);
    queues_[q].held.clear();
    queues_[q].held_total = 0;
    queues_[q].leases = 0;
  }
  for (auto& x : agents_) {
    x.leased = 0;
    x.parked = 0;
    x.pool = resource_pool{x.declared->resources};
  }
  for (auto& x : nodes_) {
    x.leased = 0;
    x.parked = 0;
    x.pool = resource_pool{x.spec.resources};
  }
  leased_total_ = 0;
  leases_.clear();
  reserved_.reset();
  actions_ = {};
}

void slot_router::restarted() {
  for (uint32_t i = 0; i < agents_.size(); ++i)
    if (!agents_[i].is_gone && agents_[i].is_draining && agents_[i].leased == 0)
      actions_.drained.push_back(i);
}

void slot_router::reset_queue(uint32_t queue) {
  auto& q = queues_[queue];
  q.wants.clear();
  q.pressed.clear();
  q.asked.clear();
}

slot_grant slot_router::grant(uint32_t agent, uint32_t count) const {
  return {agent, agents_[agent].spec, count, agents_[agent].is_closed()};
}

void slot_router::set_held(uint32_t queue,
                           const std::vector<slot_count>& slots) {
  auto& q = queues_[queue];
  // The new ones first, so that no agent seems to be drained in between.
  auto before = std::exchange(q.held, {});
  q.held_total = 0;
  for (auto& x : slots) {
    q.held[x.agent] += x.count;
    q.held_total += x.count;
    take_slots(x.agent, x.count);
  }
  for (auto& [agent, count] : before)
    free(agent, count);
  std::vector<lease_return> leases;
  for (auto& [number, x] : leases_)
    if (x.queue == queue)
      leases.push_back({number, true});
  // They are not among what the total was made of anew.
  q.held_total += q.leases;
  give_back_leases(queue, leases);
}

uint64_t slot_router::set_leased(uint32_t queue, uint32_t agent,
                                 const resource_amounts& amounts,
                                 bool has_slot) {
  auto what = std::make_shared<demand>();
  what->resources = amounts;
  return open_lease(queue, agent, std::move(what), has_slot);
}

// -- questions ----------------------------------------------------------------

std::vector<agent_info> slot_router::agents() const {
  std::vector<agent_info> result;
  for (auto& x : agents_) {
    if (x.is_gone)
      continue;
    auto status = x.running > 0 ? agent_status::busy : agent_status::idle;
    if (x.is_closed())
      status = agent_status::offline;
    auto note = x.note;
    if (x.is_paused && !x.is_draining)
      note = x.note.empty() ? "paused" : "paused; " + x.note;
    result.push_back({*x.declared, status, x.running, x.leased, std::move(note),
                      x.abandoned, x.is_paused});
  }
  return result;
}

std::string slot_router::explain(const demand& x) const {
  name_list busy;
  name_list close;
  name_list closed;
  for (auto& agent : agents_) {
    if (agent.is_gone)
      continue;
    if (can_serve(*agent.spec, x)) {
      if (agent.is_offline)
        closed.add("{} is offline: {}", full_name(*agent.spec), agent.note);
      if (agent.is_paused && !agent.is_draining)
        closed.add("{} is paused", full_name(*agent.spec));
      if (!agent.is_closed())
        busy.add("{} ({} of {} slots lent)", full_name(*agent.spec),
                 agent.leased, agent.spec->max_concurrent);
    } else if (x.capabilities.size() > 1
               && std::ranges::any_of(
                 x.capabilities, [&](const std::string& capability) {
                   return can_serve(
                     *agent.spec, demand{{capability}, {}, {}, {}, false, {}});
                 })) {
      close.add("{}", full_name(*agent.spec));
    }
  }
  if (!busy.empty() && !x.resources.empty())
    if (auto text = explain_amounts(x); !text.empty())
      return text;
  if (!busy.empty())
    return fmt::format("waits for a free slot of {}{}", busy.joined(", "),
                       closed.each_after("; "));
  if (!closed.empty())
    return fmt::format("no agent that has {} takes work{}", to_string(x),
                       closed.each_after("; "));
  if (auto why = explain_labels(x); !why.empty())
    return why;
  auto text = fmt::format("no agent has {}", to_string(x));
  if (!close.empty())
    text += fmt::format("; {} {} some of it, none has all", close.joined(", "),
                        close.size() == 1 ? "has" : "have");
  return text + explain_size(x);
}

// -- decisions ----------------------------------------------------------------

void slot_router::allocate() {
  check_reservation();
  auto was_reserved = reserved_.has_value();
  auto unserved = lend_in_order();
  if (was_reserved && !reserved_) {
    // What had to stand back for it may be served now.
    for (auto& [number, x] : unserved)
      queues_[number].wants.push_back(x);
    unserved = lend_in_order();
  }
  reserve(unserved);
  // All wants have to be in place before anybody is compared by them.
  for (auto& [number, x] : unserved)
    queues_[number].wants.push_back(x);
  for (auto& [number, x] : unserved)
    recall_for(number, x);
}

/// Returns what is left, which is in no queue's list then.
std::vector<slot_router::queue_want> slot_router::lend_in_order() {
  // Each round lends to one want or sets it aside, so this ends.
  std::vector<queue_want> unserved;
  uint32_t queue = 0;
  while (auto* best = most_urgent(queue)) {
    auto agent = has_room() ? choose_agent(queue, *best) : std::nullopt;
    answer(queue, *best);
    if (agent) {
      // Spread over agents one by one only where there is a choice to make.
      if (best->needs_amounts())
        lend_lease(queue, *agent, *best);
      else
        lend(queue, *agent, 1);
      if (--best->count > 0)
        continue;
    } else {
      unserved.emplace_back(queue, *best);
    }
    auto& wants = queues_[queue].wants;
    *best = std::move(wants.back());
    wants.pop_back();
  }
  return unserved;
}

void slot_router::answer(uint32_t queue, known_want& x) {
  auto is_asked = x.needs_amounts() && std::exchange(x.is_news, false);
  if (!x.what->has_wishes() && !is_asked)
    return;
  auto& answered = line_of(queue).answered;
  if (std::ranges::find(answered, x.demand_class) == answered.end())
    answered.push_back(x.demand_class);
}

bool slot_router::is_before(uint32_t queue, const known_want& x,
                            uint32_t other_queue,
                            const known_want& y) const noexcept {
  if (x.priority != y.priority)
    return x.priority > y.priority;
  if (is_reserved_for(queue, x) || is_reserved_for(other_queue, y))
    return is_reserved_for(queue, x);
  auto& mine = queues_[queue];
  if (queue != other_queue)
    return mine.held_total < queues_[other_queue].held_total;
  // Which of them is older only the queue knows; neither is to starve.
  auto leases = mine.leases;
  auto others = mine.held_total - mine.leases;
  return x.needs_amounts() != y.needs_amounts()
         && (x.needs_amounts() ? leases <= others : others < leases);
}

slot_router::known_want* slot_router::most_urgent(uint32_t& queue) {
  known_want* best = nullptr;
  for (uint32_t q = 0; q < queues_.size(); ++q) {
    for (auto& x : queues_[q].wants) {
      if (best == nullptr || is_before(q, x, queue, *best)) {
        best = &x;
        queue = q;
      }
    }
  }
  return best;
}

std::optional<uint32_t> slot_router::choose_agent(uint32_t queue,
                                                  const known_want& x) const {
  std::optional<uint32_t> best;
  size_t best_met = 0;
  auto& what = *x.what;
  auto has_labels = what.placement && !what.placement->preferred.empty();
  auto& asking = queues_[queue];
  for (uint32_t i = 0; i < agents_.size(); ++i) {
    auto& agent = agents_[i];
    if (agent.free(what.is_resuming) == 0 || !can_serve(*agent.spec, what)
        || !has_amounts(queue, x, i))
      continue;
    if (!what.agent.empty() && agent.spec->id == what.agent)
      return i;
    auto met = has_labels ? wishes_met(*what.placement, agent.spec->labels) : 0;
    if (best && met < best_met)
      continue;
    if (!best || met > best_met
        || is_better(asking.routing, asking.last_agent, i, *best,
                     what.is_resuming)) {
      best = i;
      best_met = met;
    }
  }
  return best;
}

router_actions::line& slot_router::line_of(uint32_t queue) {
  for (auto& x : actions_.lines)
    if (x.queue == queue)
      return x;
  auto& added = actions_.lines.emplace_back();
  added.queue = queue;
  return added;
}

void slot_router::lend(uint32_t queue, uint32_t agent, uint32_t count) {
  auto& q = queues_[queue];
  take_slots(agent, count);
  q.held[agent] += count;
  q.held_total += count;
  q.last_agent = agent;
  // Or a debt would outlive what it was for, and every new slot go into it.
  q.pressed.erase(agent);
  q.asked.erase(agent);
  auto& grants = line_of(queue).grants;
  auto i = std::ranges::find_if(grants, [&](const slot_grant& x) {
    return x.agent == agent && x.lease == 0;
  });
  if (i != grants.end())
    i->count += count;
  else
    grants.push_back(grant(agent, count));
}

void slot_router::recall(uint32_t queue, uint32_t agent, uint32_t count,
                         bool is_pressing, int32_t priority) {
  auto& q = queues_[queue];
  auto held = q.held.find(agent);
  if (held == q.held.end())
    return;
  auto& pending = is_pressing ? q.pressed : q.asked;
  auto known = pending.find(agent);
  auto coming = known == pending.end() ? 0 : known->second;
  count = std::min(count, held->second - std::min(held->second, coming));
  if (count == 0)
    return;
  pending[agent] += count;
  line_of(queue).recalls.push_back(
    {agent, count, is_pressing, priority, agents_[agent].is_closed()});
}

void slot_router::recall_for(uint32_t queue, const known_want& x) {
  // Any slot that comes back makes room for one that is free now.
  auto any_will_do = !has_room() && choose_agent(queue, x);
  auto is_of_use = [&](uint32_t agent) {
    auto& lender = agents_[agent];
    // What is given back of a draining agent goes only to its own attempts.
    return any_will_do
           || (can_serve(*lender.spec, *x.what)
               && (!lender.is_closed() || x.what->is_resuming)
               && has_amounts(queue, x, agent));
  };
  auto own = queues_[queue].held_total;
  for (uint32_t h = 0; h < queues_.size(); ++h) {
    auto& holder = queues_[h];
    if (h == queue || holder.held_total == 0)
      continue;
    auto most = task_priority::min - 1;
    for (auto& w : holder.wants)
      most = std::max(most, w.priority);
    auto is_less_urgent = !holder.wants.empty() && most < x.priority;
    auto is_better_off = !holder.wants.empty() && most == x.priority
                         && holder.held_total > own + 1;
    auto is_pressing = is_less_urgent || is_better_off;
    auto& coming = is_pressing ? holder.pressed : holder.asked;
    // What is on its way back already may be enough.
    auto is_coming = std::ranges::any_of(coming, [&](auto& pending) {
      return is_of_use(pending.first);
    });
    if (is_coming)
      continue;
    // Unless shares are to be equal, as many of each agent: which of them is
    // free, or will be first, only the holder knows.
    auto share = UINT32_MAX;
    if (is_better_off)
      share = (holder.held_total - own) / 2;
    // What is as urgent may use them first, unless shares are to be equal; else
    // they would go to and fro.
    auto may_use = is_less_urgent ? x.priority - 1 : x.priority;
    for (auto& [agent, held] : holder.held) {
      if (share == 0)
        break;
      if (!is_of_use(agent))
        continue;
      auto count = std::min({held, x.count, share});
      recall(h, agent, count, is_pressing, may_use);
      if (is_better_off)
        share -= count;
    }
  }
}

router_actions slot_router::take_actions() {
  return std::exchange(actions_, {});
}

} // namespace troupe::core
