// The agents of a node: each has an actor here that stands for it.

#include "actors/node_session.hpp"
#include "actors/remote_agent.hpp"
#include "core/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

namespace troupe::actors {

namespace {

/// A router that has died is there again after a moment.
constexpr core::duration router_retry = std::chrono::milliseconds{100};

} // namespace

/// Of a node that enters: those it has, and no others.
void node_session_state::set_agents(
  const std::vector<core::node_agent>& agents) {
  std::set<uint32_t> there;
  for (auto& x : agents)
    there.insert(x.number);
  std::vector<uint32_t> gone;
  for (auto& [number, x] : agents_)
    if (!there.contains(number))
      gone.push_back(number);
  for (auto number : gone)
    remove(number);
  for (auto& x : agents)
    add(x);
}

/// What the node has is what there is, with what it is still to get.
std::vector<core::attempt_key>
node_session_state::claim(const std::vector<messages::node_claim>& claims) {
  std::vector<ledger::claim> all;
  all.reserve(claims.size());
  std::unordered_map<core::attempt_key, uint32_t> there;
  for (auto& x : claims) {
    all.push_back({x.agent, x.key, x.at, x.is_paused});
    there.emplace(x.key, x.agent);
  }
  // Nothing that was ordered meanwhile has been sent. What was begun there
  // before, and nobody here knew of it, need not be begun again.
  std::erase_if(pending_.orders, [&](const messages::node_order& x) {
    core::attempt_key key{x.spec.spec->id, x.number};
    auto* known = ledger_.find(key);
    if (known == nullptr)
      return false;
    auto i = there.find(key);
    if (i != there.end() && (i->second == 0 || i->second == x.agent))
      return true;
    all.push_back({x.agent, key, known->at, known->is_paused});
    return false;
  });
  auto difference = ledger_.reconcile(all);
  for (auto& [key, sink] : difference.lost)
    end_attempt(
      key, sink,
      {core::ec::agent_lost,
       fmt::format("node '{}' does not have it any more", spec_.name)});
  for (auto& [key, sink] : difference.parked)
    if (sink)
      compat::send(self_, sink, messages::attempts_parked{{key}});
  for (auto& [key, sink] : difference.unparking) {
    if (!sink)
      continue;
    compat::send(self_, sink, messages::attempts_parked{{key}});
    compat::send(self_, sink, messages::attempts_unparked{{key}});
  }
  for (auto& [number, x] : agents_)
    set_load(number);
  std::vector<core::attempt_key> unwanted;
  for (auto& x : difference.unwanted)
    unwanted.push_back(x.key);
  return unwanted;
}

void node_session_state::add(const core::node_agent& x) {
  if (agents_.contains(x.number))
    return;
  if (auto ok = core::check(x.spec); !ok) {
    refuse(x.number, std::move(ok).error());
    return;
  }
  auto& added = agents_[x.number];
  added.spec = x.spec;
  added.spec.node = spec_.name;
  added.load = std::make_shared<std::atomic<uint32_t>>(0);
  start(x.number, added);
}

void node_session_state::start(uint32_t number, agent& x) {
  x.actor = self_->spawn(remote_agent,
                         caf::actor_cast<node_session_impl>(self_), number);
  compat::monitor(self_, x.actor);
  make_known(number);
}

/// Who stood for the agent has died: with it the agent was lost to all others,
/// and so was what it had, which it is to stop.
void node_session_state::replace(uint32_t number) {
  for (auto& key : ledger_.attempts_on(number))
    pending_.commands.push_back(
      {messages::order_kind::cancel, number, key, 0, {}});
  ledger_.drop_agent(number);
  set_load(number);
  start(number, agents_.at(number));
  flush_soon();
}

void node_session_state::expect(expect_agent& x) {
  auto& added = agents_[x.what.number];
  added.spec = std::move(x.what.spec);
  added.load = std::move(x.load);
  added.actor = std::move(x.actor);
  compat::monitor(self_, added.actor);
  set_load(x.what.number);
  tell_condition(added);
}

void node_session_state::make_known(uint32_t number) {
  auto i = agents_.find(number);
  if (i == agents_.end())
    return;
  auto& x = i->second;
  auto router = links_->where->get().router;
  compat::anon_send(router, messages::set_node{spec_});
  auto handle
    = compat::request(self_, router, caf::infinite,
                      messages::add_agent{x.spec, x.actor, x.load, true});
  // CAF 1.x has then() for temporaries only.
  // NOLINTNEXTLINE(performance-move-const-arg)
  std::move(handle).then(
    [this, number](messages::done& answer) {
      auto known = agents_.find(number);
      if (known == agents_.end())
        return;
      if (answer.failure.code != core::ec::none) {
        refuse(number, std::move(answer.failure));
        return;
      }
      tell_condition(known->second);
    },
    [this, number](const caf::error&) { make_known_later(number); });
}

void node_session_state::make_known_later(uint32_t number) {
  unknown_.push_back(number);
  retry_at_ = core::earliest(retry_at_, links_->env.now() + router_retry);
  timer_.set(self_, retry_at_, links_->env.now());
}

/// The node hears of it and drops it.
void node_session_state::refuse(uint32_t number, core::error why) {
  pending_.refused.push_back({number, std::move(why)});
  remove(number);
  keep();
  flush_soon();
}

void node_session_state::remove(uint32_t number) {
  auto i = agents_.find(number);
  if (i == agents_.end())
    return;
  auto gone = std::move(i->second);
  agents_.erase(i);
  ledger_.drop_agent(number);
  // The router and, through it, the queues hear of its end.
  self_->send_exit(gone.actor, caf::exit_reason::user_shutdown);
}

void node_session_state::take_in_agents(messages::node_reports& x) {
  for (auto& news : x.conditions) {
    auto i = agents_.find(news.agent);
    if (i == agents_.end())
      continue;
    i->second.condition = {news.abandoned, news.is_offline, news.is_leaving,
                           std::move(news.note)};
    tell_condition(i->second);
  }
  for (auto number : x.removed)
    remove(number);
  if (!x.removed.empty())
    keep();
}

void node_session_state::tell_conditions() {
  for (auto& [number, x] : agents_)
    tell_condition(x);
}

/// What the node says of it, unless there is something about the node.
void node_session_state::tell_condition(agent& x) {
  auto condition = x.condition;
  std::string trouble;
  if (is_awaited_)
    trouble = "is expected back";
  else if (is_draining_)
    trouble = "is to leave";
  else if (is_suspect_)
    trouble = "is silent";
  else if (!uplink_)
    trouble = "has lost its connection";
  if (!trouble.empty()) {
    condition.is_offline = true;
    condition.note = fmt::format("node '{}' {}", spec_.name, trouble);
  }
  compat::send(self_, x.actor, std::move(condition));
}

void node_session_state::set_load(uint32_t number) {
  if (auto i = agents_.find(number); i != agents_.end())
    i->second.load->store(ledger_.load(number), std::memory_order_relaxed);
}

/// So that a manager that is started again expects it back.
void node_session_state::keep() {
  auto parts = links_->where->get();
  if (!parts.journal)
    return;
  core::node_document document{incarnation_, spec_, {}};
  for (auto& [number, x] : agents_)
    document.agents.push_back({number, x.spec});
  compat::anon_send(parts.manager,
                    messages::keep_document{
                      {"node", spec_.name, core::to_document(document)}, {}});
}

} // namespace troupe::actors
