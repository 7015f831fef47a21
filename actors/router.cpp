#include "actors/router.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace troupe::actors {

messages::router_actor::behavior_type
router_state::make_behavior(const environment& env,
                            messages::event_bus_actor bus, uint32_t slots_max) {
  env_ = env;
  bus_ = std::move(bus);
  router_ = core::slot_router{slots_max};
  compat::on_down(self_, [this](const caf::down_msg& x) { agent_died(x); });
  return {
    [this](messages::agent_condition& x) { on_condition(x); },
    [this](messages::want_slots& x) { on_wants(x); },
    [this](messages::attach_queue_to_router& x) { return attach(x); },
    [this](messages::add_agent& x) { return add(x); },
    [this](const messages::remove_agent& x) { return remove(x); },
    [this](messages::get_agents) { return list(); },
    [this](const messages::explain_demand& x) {
      return messages::explanation{{}, router_.explain(*x.what)};
    },
  };
}

void router_state::on_wants(messages::want_slots& x) {
  auto from = caf::actor_cast<caf::actor_addr>(self_->current_sender());
  auto i = queue_numbers_.find(from);
  if (i == queue_numbers_.end())
    return;
  router_.give_back(i->second, x.returned);
  router_.give_back_leases(i->second, x.leases);
  router_.want(i->second, std::move(x.wants));
  flush();
}

messages::done router_state::attach(messages::attach_queue_to_router& x) {
  auto number = router_.add_queue(x.routing);
  queue_numbers_.emplace(x.queue.address(), number);
  queues_.push_back(std::move(x.queue));
  return {};
}

messages::done router_state::add(messages::add_agent& x) {
  auto id = x.spec.id;
  auto number = router_.add_agent(std::move(x.spec));
  if (!number)
    return {core::error{core::ec::duplicate,
                        fmt::format("there is an agent '{}' already", id)}};
  agents_.push_back({x.host, std::move(x.load), id});
  compat::monitor(self_, x.host);
  compat::send(self_, x.host, messages::watch_agent{});
  publish(core::event_kind::agent_joined, id);
  flush();
  return {};
}

void router_state::on_condition(messages::agent_condition& x) {
  auto from = caf::actor_cast<caf::actor_addr>(self_->current_sender());
  auto i = std::ranges::find_if(agents_, [&](auto& agent) {
    return agent.host && agent.host.address() == from;
  });
  if (i == agents_.end())
    return;
  auto number = static_cast<uint32_t>(i - agents_.begin());
  router_.set_abandoned(number, x.abandoned);
  if (router_.set_offline(number, x.is_offline, x.note))
    publish(x.is_offline ? core::event_kind::agent_offline
                         : core::event_kind::agent_online,
            i->id, std::move(x.note));
  flush();
}

caf::result<messages::done>
router_state::remove(const messages::remove_agent& x) {
  auto number = router_.find_agent(x.id);
  if (!number)
    return messages::done{core::error{
      core::ec::unknown_agent, fmt::format("there is no agent '{}'", x.id)}};
  auto promise = self_->make_response_promise<messages::done>();
  leaving_.push_back({*number, promise});
  if (x.is_at_once)
    router_.drop_agent(*number);
  else
    router_.drain_agent(*number, "draining: it is being removed");
  flush();
  return promise;
}

messages::agent_list router_state::list() {
  for (size_t i = 0; i < agents_.size(); ++i)
    if (agents_[i].load)
      router_.set_running(static_cast<uint32_t>(i),
                          agents_[i].load->load(std::memory_order_relaxed));
  return {router_.agents()};
}

void router_state::agent_died(const caf::down_msg& x) {
  for (uint32_t i = 0; i < agents_.size(); ++i) {
    if (agents_[i].host && agents_[i].host.address() == x.source) {
      router_.drop_agent(i);
      flush();
      return;
    }
  }
}

void router_state::agent_is_gone(uint32_t agent) {
  auto& x = agents_[agent];
  for (auto& queue : queues_)
    compat::send(self_, queue, messages::agent_gone{agent});
  // What still runs on it has been lost or there is nothing.
  compat::send(self_, x.host, messages::stop_agent{true});
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

void router_state::flush() {
  router_.allocate();
  auto actions = router_.take_actions();
  for (auto& line : actions.lines) {
    messages::slots_changed changed;
    for (auto& grant : line.grants)
      changed.hosts.push_back(agents_[grant.agent].host);
    changed.grants = std::move(line.grants);
    changed.recalls = std::move(line.recalls);
    changed.answered = std::move(line.answered);
    compat::send(self_, queues_[line.queue], std::move(changed));
  }
  for (auto agent : actions.drained)
    compat::send(self_, agents_[agent].host, messages::stop_agent{false});
  for (auto agent : actions.gone)
    agent_is_gone(agent);
}

messages::router_actor::behavior_type
router(messages::router_actor::stateful_pointer<router_state> self,
       const environment& env, messages::event_bus_actor bus,
       uint32_t slots_max) {
  return compat::state_of(self).make_behavior(env, std::move(bus), slots_max);
}

} // namespace troupe::actors
