#include "actors/router.hpp"

#include "core/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace troupe::actors {

namespace {

messages::done no_agent(const std::string& id) {
  return {core::error{core::ec::unknown_agent,
                      fmt::format("there is no agent '{}'", id)}};
}

} // namespace

messages::router_actor::behavior_type
router_state::make_behavior(const environment& env,
                            messages::event_bus_actor bus,
                            std::shared_ptr<router_memory> memory,
                            std::shared_ptr<agent_roster> roster) {
  env_ = env;
  bus_ = std::move(bus);
  memory_ = std::move(memory);
  roster_ = std::move(roster);
  compat::on_down(self_, [this](const caf::down_msg& x) { agent_died(x); });
  if (std::exchange(memory_->was_started, true))
    go_on();
  return {
    [this](messages::agent_condition& x) { on_condition(x); },
    [this](messages::want_slots& x) { on_wants(x); },
    [this](messages::attach_queue_to_router& x) { return attach(x); },
    [this](messages::add_agent& x) { return add(std::move(x)); },
    [this](const messages::remove_agent& x) { return remove(x); },
    [this](const messages::pause_agent& x) { return set_paused(x.id, true); },
    [this](const messages::resume_agent& x) { return set_paused(x.id, false); },
    [this](messages::get_agents) { return list(); },
    [this](const messages::explain_demand& x) {
      return messages::explanation{{}, memory_->router.explain(*x.what)};
    },
    [this](const messages::recover_slots& x) { recover(x); },
    [this](messages::attempts_adopted& x) { on_adopted(x); },
    [this](messages::set_node& x) { return set(x); },
    [this](const messages::drop_node& x) { return drop_node(x.name); },
  };
}

/// In the place of one that is gone.
void router_state::go_on() {
  memory_->router.restart();
  queues_.resize(memory_->queues.size());
  for (uint32_t i = 0; i < queues_.size(); ++i)
    missing_.insert(i);
  for (auto& x : memory_->agents) {
    if (!x.host)
      continue;
    // Of one that died meanwhile the news comes at once.
    compat::monitor(self_, x.host);
    compat::send(self_, x.host, messages::watch_agent{});
  }
  // Those that came while nobody was there.
  for (auto& x : roster_->all())
    if (!agent_of(x.host.address()))
      static_cast<void>(add({std::move(x.spec), x.host, x.load, true}));
}

// -- queues -------------------------------------------------------------------

uint32_t router_state::queue_number(const std::string& name,
                                    core::routing_strategy routing) {
  auto& names = memory_->queues;
  auto i = std::ranges::find(names, name);
  if (i != names.end())
    return static_cast<uint32_t>(i - names.begin());
  names.push_back(name);
  return memory_->router.add_queue(routing);
}

void router_state::know(uint32_t number, messages::queue_actor queue) {
  if (number >= queues_.size())
    queues_.resize(number + 1);
  if (queues_[number])
    queue_numbers_.erase(queues_[number].address());
  queue_numbers_.insert_or_assign(queue.address(), number);
  queues_[number] = std::move(queue);
}

messages::done router_state::attach(messages::attach_queue_to_router& x) {
  know(queue_number(x.name, x.routing), std::move(x.queue));
  return {};
}

void router_state::on_wants(messages::want_slots& x) {
  auto from = caf::actor_cast<caf::actor_addr>(self_->current_sender());
  auto i = queue_numbers_.find(from);
  if (i == queue_numbers_.end())
    return;
  memory_->router.give_back(i->second, x.returned);
  memory_->router.give_back_leases(i->second, x.leases);
  memory_->router.want(i->second, std::move(x.wants));
  flush();
}

// -- recovery -----------------------------------------------------------------

void router_state::recover(const messages::recover_slots& x) {
  auto queue = compat::sender_as<messages::queue_actor>(self_);
  auto number = queue_number(x.queue, x.routing);
  know(number, queue);
  memory_->router.reset_queue(number);
  std::erase_if(recoveries_, [&](auto& y) { return y.queue == number; });
  auto& added = recoveries_.emplace_back();
  added.number = ++last_recovery_;
  added.queue = number;
  for (uint32_t i = 0; i < memory_->agents.size(); ++i) {
    if (auto& host = memory_->agents[i].host) {
      added.awaited.insert(i);
      compat::send(self_, host,
                   messages::adopt_attempts{
                     added.number, x.queue,
                     caf::actor_cast<messages::attempt_sink_actor>(queue)});
    }
  }
  if (added.awaited.empty())
    finish(recoveries_.size() - 1);
}

void router_state::on_adopted(messages::attempts_adopted& x) {
  auto agent
    = agent_of(caf::actor_cast<caf::actor_addr>(self_->current_sender()));
  auto i = std::ranges::find(recoveries_, x.recovery, &recovery::number);
  if (!agent || i == recoveries_.end() || i->awaited.erase(*agent) == 0)
    return;
  auto count = static_cast<uint32_t>(
    std::ranges::count_if(x.attempts, [](const core::live_attempt& live) {
      return live.at == core::live_attempt::state::running
             && live.spec->resources.empty();
    }));
  if (!x.attempts.empty()) {
    i->answer.grants.push_back(memory_->router.grant(*agent, count));
    i->answer.hosts.push_back(memory_->agents[*agent].host);
    i->answer.attempts.push_back(std::move(x.attempts));
    i->held.push_back({*agent, count});
  }
  if (i->awaited.empty())
    finish(static_cast<size_t>(i - recoveries_.begin()));
}

void router_state::finish(size_t recovery) {
  auto done = std::move(recoveries_[recovery]);
  recoveries_.erase(recoveries_.begin() + static_cast<ptrdiff_t>(recovery));
  auto& router = memory_->router;
  router.set_held(done.queue, done.held);
  for (size_t i = 0; i < done.held.size(); ++i) {
    // It may have been paused, or told to leave, since it answered.
    done.answer.grants[i] = router.grant(done.held[i].agent,
                                         done.held[i].count);
    for (auto& live : done.answer.attempts[i])
      if (!live.spec->resources.empty())
        live.lease = router.set_leased(
          done.queue, done.held[i].agent, live.spec->resources,
          live.at == core::live_attempt::state::running);
  }
  compat::send(self_, queues_[done.queue], std::move(done.answer));
  if (missing_.erase(done.queue) > 0 && missing_.empty())
    memory_->router.restarted();
  flush();
}

// -- agents -------------------------------------------------------------------

std::optional<uint32_t>
router_state::agent_of(const caf::actor_addr& host) const {
  for (uint32_t i = 0; i < memory_->agents.size(); ++i)
    if (auto& known = memory_->agents[i].host; known && known.address() == host)
      return i;
  return std::nullopt;
}

messages::done router_state::set(messages::set_node& x) {
  if (auto valid = core::check(x.spec); !valid)
    return {std::move(valid.error())};
  auto node = x.spec.name;
  if (memory_->router.set_node(std::move(x.spec)))
    return {};
  return {core::error{
    core::ec::duplicate,
    fmt::format("node '{}' is there, with agents and other labels or resources",
                node)}};
}

messages::done router_state::drop_node(const std::string& node) {
  for (auto agent : memory_->router.agents_of(node))
    drop(agent);
  memory_->router.drop_node(node);
  flush();
  return {};
}

messages::done router_state::add(messages::add_agent x) {
  auto id = x.spec.id;
  if (!memory_->router.has_node(x.spec.node))
    return {core::error{core::ec::invalid_argument,
                        fmt::format("agent '{}' lives on node '{}', which is "
                                    "not there",
                                    id, x.spec.node)}};
  auto node = x.spec.node;
  if (x.is_restarted) {
    if (agent_of(x.host.address()))
      return {};
    // Who starts again what dies does not know that it was to go.
    if (node.empty() && was_removed(id)) {
      roster_->remove(id, x.host);
      compat::send(self_, x.host, messages::stop_agent{true});
      return {};
    }
    // The news of the end of the last one may still be on its way.
    if (auto last = memory_->router.find_agent(id);
        last && memory_->agents[*last].node == x.spec.node)
      drop(*last);
  }
  auto where = x.spec.node.empty() ? "" : "on node " + x.spec.node;
  auto number = memory_->router.add_agent(x.spec, x.is_restarted);
  if (!number)
    return {core::error{core::ec::duplicate,
                        fmt::format("there is an agent '{}' already", id)}};
  roster_->put({std::move(x.spec), x.host, x.load});
  memory_->agents.push_back({x.host, std::move(x.load), id, std::move(node)});
  compat::monitor(self_, x.host);
  compat::send(self_, x.host, messages::watch_agent{});
  publish(core::event_kind::agent_joined, id, std::move(where));
  flush();
  return {};
}

/// The last one with this id.
bool router_state::was_removed(const std::string& id) const {
  auto& all = memory_->agents;
  auto last = std::find_if(all.rbegin(), all.rend(),
                           [&](auto& x) { return x.id == id; });
  return last != all.rend() && last->is_removed;
}

void router_state::on_condition(messages::agent_condition& x) {
  auto from = caf::actor_cast<caf::actor_addr>(self_->current_sender());
  auto number = agent_of(from);
  if (!number)
    return;
  memory_->router.set_abandoned(*number, x.abandoned);
  if (memory_->router.set_offline(*number, x.is_offline, x.note))
    publish(x.is_offline ? core::event_kind::agent_offline
                         : core::event_kind::agent_online,
            memory_->agents[*number].id, x.note);
  if (x.is_leaving)
    memory_->router.drain_agent(*number, std::move(x.note));
  flush();
}

messages::done router_state::set_paused(const std::string& id, bool is_paused) {
  auto number = memory_->router.find_agent(id);
  if (!number)
    return no_agent(id);
  if (memory_->router.set_paused(*number, is_paused))
    publish(is_paused ? core::event_kind::agent_paused
                      : core::event_kind::agent_resumed,
            id);
  flush();
  return {};
}

caf::result<messages::done>
router_state::remove(const messages::remove_agent& x) {
  auto number = memory_->router.find_agent(x.id);
  if (!number)
    return no_agent(x.id);
  auto promise = self_->make_response_promise<messages::done>();
  leaving_.push_back({*number, promise});
  memory_->agents[*number].is_removed = true;
  if (x.is_at_once)
    drop(*number);
  else
    memory_->router.drain_agent(*number, "draining: it is being removed");
  flush();
  return promise;
}

messages::agent_list router_state::list() {
  auto& agents = memory_->agents;
  for (size_t i = 0; i < agents.size(); ++i)
    if (agents[i].load)
      memory_->router.set_running(
        static_cast<uint32_t>(i),
        agents[i].load->load(std::memory_order_relaxed));
  return {memory_->router.agents()};
}

void router_state::agent_died(const caf::down_msg& x) {
  if (auto agent = agent_of(x.source)) {
    drop(*agent);
    flush();
  }
}

void router_state::drop(uint32_t agent) {
  memory_->router.drop_agent(agent);
  // Nobody will say what it had.
  for (size_t i = recoveries_.size(); i-- > 0;) {
    auto& x = recoveries_[i];
    for (size_t n = x.held.size(); n-- > 0;) {
      if (x.held[n].agent != agent)
        continue;
      auto at = static_cast<ptrdiff_t>(n);
      x.held.erase(x.held.begin() + at);
      x.answer.grants.erase(x.answer.grants.begin() + at);
      x.answer.hosts.erase(x.answer.hosts.begin() + at);
      x.answer.attempts.erase(x.answer.attempts.begin() + at);
    }
    if (x.awaited.erase(agent) > 0 && x.awaited.empty())
      finish(i);
  }
}

void router_state::agent_is_gone(uint32_t agent) {
  auto& x = memory_->agents[agent];
  for (auto& queue : queues_)
    if (queue)
      compat::send(self_, queue, messages::agent_gone{agent});
  // What still runs on it has been lost or there is nothing.
  compat::send(self_, x.host, messages::stop_agent{true});
  roster_->remove(x.id, x.host);
  x.host = nullptr;
  publish(core::event_kind::agent_left, x.id);
  std::erase_if(leaving_, [&](leaving& waiting) {
    if (waiting.agent != agent)
      return false;
    waiting.promise.deliver(messages::done{});
    return true;
  });
}

void router_state::publish(core::event_kind kind, const std::string& agent,
                           std::string why) {
  core::event happened;
  happened.at = env_.now();
  happened.kind = kind;
  happened.subject = agent;
  happened.text = std::move(why);
  messages::publish_events report;
  report.events.push_back(std::move(happened));
  compat::send(self_, bus_, std::move(report));
}

// -- passing on ---------------------------------------------------------------

void router_state::flush() {
  // Until then nobody knows what is free.
  if (missing_.empty())
    memory_->router.allocate();
  auto actions = memory_->router.take_actions();
  // First: what waits to go on does so on the agent it lives on, and not on
  // one that has taken its name.
  for (auto agent : actions.gone)
    agent_is_gone(agent);
  for (auto& line : actions.lines) {
    if (!queues_[line.queue])
      continue;
    messages::slots_changed changed;
    for (auto& grant : line.grants)
      changed.hosts.push_back(memory_->agents[grant.agent].host);
    changed.grants = std::move(line.grants);
    changed.recalls = std::move(line.recalls);
    changed.answered = std::move(line.answered);
    compat::send(self_, queues_[line.queue], std::move(changed));
  }
  for (auto agent : actions.drained)
    if (auto& host = memory_->agents[agent].host)
      compat::send(self_, host, messages::stop_agent{false});
}

messages::router_actor::behavior_type
router(messages::router_actor::stateful_pointer<router_state> self,
       const environment& env, messages::event_bus_actor bus,
       std::shared_ptr<router_memory> memory,
       std::shared_ptr<agent_roster> roster) {
  return compat::state_of(self).make_behavior(
    env, std::move(bus), std::move(memory), std::move(roster));
}

} // namespace troupe::actors
