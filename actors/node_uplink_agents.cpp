// The agents of a node, as its uplink registers them, and how they and the node
// leave.

#include "actors/batch_lists.hpp"
#include "actors/node_uplink.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::actors {

namespace {

/// What a node that leaves has stopped gets to end, before others begin it.
constexpr core::duration hand_back_time = std::chrono::seconds{5};

} // namespace

node_uplink_state::agent* node_uplink_state::find(const std::string& id,
                                                  uint32_t& number) {
  for (auto& [known, x] : memory_->agents) {
    if (x.spec.id == id) {
      number = known;
      return &x;
    }
  }
  return nullptr;
}

node_uplink_state::agent* node_uplink_state::sender(uint32_t& number) {
  auto from = caf::actor_cast<caf::actor_addr>(self_->current_sender());
  for (auto& [known, x] : memory_->agents) {
    if (x.host.address() == from) {
      number = known;
      return &x;
    }
  }
  return nullptr;
}

messages::done node_uplink_state::add(messages::add_agent& x) {
  if (!x.is_restarted) {
    memory_->removed.erase(x.spec.id);
  } else if (memory_->removed.contains(x.spec.id)) {
    // Who starts again what dies does not know that it was to go.
    compat::send(self_, x.host, messages::stop_agent{true});
    return {};
  }
  uint32_t number = 0;
  if (auto* known = find(x.spec.id, number)) {
    if (!x.is_restarted)
      return {
        core::error{core::ec::duplicate,
                    fmt::format("there is an agent '{}' already", x.spec.id)}};
    if (known->host == x.host)
      return {};
    // The news of its end may still be on its way.
    drop_agent(number);
  }
  number = ++memory_->last_agent;
  auto& added = memory_->agents[number];
  added.spec = std::move(x.spec);
  added.host = std::move(x.host);
  added.load = std::move(x.load);
  compat::monitor(self_, added.host);
  compat::send(self_, added.host, messages::watch_agent{});
  pending_.added.push_back({number, added.spec});
  if (memory_->is_leaving)
    tell_condition(number, added);
  flush_soon();
  return {};
}

caf::result<messages::done>
node_uplink_state::remove(const messages::remove_agent& x) {
  uint32_t number = 0;
  auto* known = find(x.id, number);
  if (known == nullptr)
    return messages::done{core::error{
      core::ec::unknown_agent, fmt::format("there is no agent '{}'", x.id)}};
  known->is_leaving = true;
  memory_->removed.insert(x.id);
  if (x.is_at_once) {
    compat::send(self_, known->host, messages::stop_agent{true});
    drop_agent(number);
    flush_soon();
    return messages::done{};
  }
  auto promise = self_->make_response_promise<messages::done>();
  removals_.emplace_back(number, promise);
  tell_condition(number, *known);
  end_leaving();
  return promise;
}

messages::done node_uplink_state::set_paused(const std::string& id,
                                             bool is_paused) {
  uint32_t number = 0;
  auto* known = find(id, number);
  if (known == nullptr)
    return {core::error{core::ec::unknown_agent,
                        fmt::format("there is no agent '{}'", id)}};
  known->is_paused = is_paused;
  tell_condition(number, *known);
  return {};
}

messages::agent_list node_uplink_state::list() const {
  messages::agent_list result;
  for (auto& [number, x] : memory_->agents) {
    auto& info = result.agents.emplace_back();
    info.spec = x.spec;
    info.running = x.load->load(std::memory_order_relaxed);
    info.leased = info.running;
    info.abandoned = x.condition.abandoned;
    info.is_paused = x.is_paused;
    auto is_offline = x.condition.is_offline || x.is_paused || x.is_leaving
                      || x.refusal.code != core::ec::none || !manager_;
    info.status = is_offline         ? core::agent_status::offline
                  : info.running > 0 ? core::agent_status::busy
                                     : core::agent_status::idle;
    info.note = x.refusal.code != core::ec::none ? x.refusal.message
                : !manager_ ? "the node has no connection to its manager"
                            : x.condition.note;
  }
  return result;
}

void node_uplink_state::on_condition(messages::agent_condition& x) {
  uint32_t number = 0;
  if (auto* known = sender(number)) {
    known->condition = std::move(x);
    tell_condition(number, *known);
  }
}

/// What it says of itself, unless it is to get no more work anyway.
void node_uplink_state::tell_condition(uint32_t number, const agent& x) {
  messages::node_condition news{number, x.condition.abandoned,
                                x.condition.is_offline,
                                memory_->is_leaving || x.is_leaving,
                                x.condition.note};
  std::string why;
  if (memory_->is_leaving)
    why = fmt::format("node '{}' is leaving", memory_->spec.name);
  else if (x.is_leaving)
    why = "draining: it is being removed";
  else if (x.is_paused)
    why = fmt::format("paused on node '{}'", memory_->spec.name);
  if (!why.empty()) {
    news.is_offline = true;
    news.note = std::move(why);
  }
  pending_.conditions.push_back(std::move(news));
  flush_soon();
}

void node_uplink_state::host_died(const caf::down_msg& x) {
  if (manager_ && x.source == manager_.address()) {
    lose({core::ec::unavailable, "the connection has broken"});
    return;
  }
  for (auto& [number, known] : memory_->agents) {
    if (known.host.address() == x.source) {
      auto gone = number;
      drop_agent(gone);
      flush_soon();
      return;
    }
  }
}

/// It is gone, and what ran on it is lost.
void node_uplink_state::drop_agent(uint32_t number) {
  memory_->agents.erase(number);
  std::erase_if(memory_->attempts,
                [&](auto& x) { return x.second.agent == number; });
  pending_.removed.push_back(number);
  // Nobody will say that they have ended.
  std::vector<core::attempt_key> ended;
  for (auto& [key, x] : memory_->given_up)
    if (x.agent == number)
      ended.push_back(key);
  std::vector<messages::node_order> waited;
  for (auto& key : ended)
    is_over(key, waited);
  run(waited);
  std::erase_if(removals_, [&](auto& x) {
    if (x.first != number)
      return false;
    x.second.deliver(messages::done{});
    return true;
  });
}

/// Agents that were to end what they have, and have. As long as there is a
/// session the manager says when: it may have sent more before it knew.
void node_uplink_state::end_leaving() {
  for (auto& [number, agent] : memory_->agents) {
    if (session_ != 0 && agent.refusal.code == core::ec::none)
      continue;
    auto has_work = std::ranges::any_of(memory_->attempts,
                                        [number = number](auto& x) {
                                          return x.second.agent == number;
                                        });
    if (agent.is_leaving && !has_work)
      // Its end is noticed.
      compat::send(self_, agent.host, messages::stop_agent{false});
  }
}

// -- the whole node -----------------------------------------------------------

caf::result<messages::done> node_uplink_state::leave(core::duration within) {
  if (memory_->has_left)
    return messages::done{};
  auto promise = self_->make_response_promise<messages::done>();
  leavers_.push_back(promise);
  if (memory_->hand_back_by == core::never)
    memory_->leave_by = core::earliest(memory_->leave_by,
                                       end_of(within, now()));
  if (!std::exchange(memory_->is_leaving, true))
    for (auto& [number, x] : memory_->agents)
      tell_condition(number, x);
  leave_if_done();
  wait_for_times();
  return promise;
}

/// When all has ended and the manager knows, or the time is up. All has ended
/// when all agents have that the manager knows: see end_leaving().
void node_uplink_state::leave_if_done() {
  if (!memory_->is_leaving || memory_->has_left)
    return;
  auto& hand_back_by = memory_->hand_back_by;
  if (memory_->leave_by != core::never && now() >= memory_->leave_by) {
    hand_back_by = now() + hand_back_time;
    memory_->leave_by = core::never;
    // The manager gives it to others when it hears that this node has left.
    while (!memory_->attempts.empty())
      give_up(memory_->attempts.begin()->first);
  }
  // Without a connection there may still be one, if there is anything to tell.
  auto is_told = pending_.outcomes.empty() && held_.outcomes.empty();
  if (manager_)
    is_told = is_empty(pending_) && channel_.is_all_acknowledged()
              && std::ranges::all_of(memory_->agents, [](auto& known) {
                   return known.second.refusal.code != core::ec::none;
                 });
  auto is_done = memory_->attempts.empty() && on_way_.empty() && is_told;
  auto is_handing_back = hand_back_by != core::never;
  auto has_stopped = memory_->given_up.empty() || now() >= hand_back_by;
  if (is_handing_back ? !has_stopped : !is_done)
    return;
  if (manager_)
    compat::send(self_, manager_, messages::node_leaves{session_});
  memory_->has_left = true;
  manager_ = nullptr;
  give_up_all();
  memory_->leave_by = hand_back_by = core::never;
  for (auto& waiting : std::exchange(leavers_, {}))
    waiting.deliver(messages::done{});
  say(node_state::left);
}

} // namespace troupe::actors
