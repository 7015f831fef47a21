#include "actors/node_uplink.hpp"

#include "actors/batch_lists.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace troupe::actors {

uplink_impl::behavior_type
node_uplink_state::make_behavior(const environment& env, uplink_options options,
                                 std::shared_ptr<uplink_memory> memory,
                                 connector_actor connector) {
  env_ = env;
  options_ = std::move(options);
  memory_ = std::move(memory);
  connector_ = std::move(connector);
  incarnation_ = env_.ids->next(now());
  random_.seed(incarnation_.low);
  compat::on_down(self_, [this](const caf::down_msg& x) { host_died(x); });
  compat::drop_unexpected(self_);
  take_over();
  dial_now();
  wait_for_times();
  return {
    [this](messages::attempts_ended& x) { on_ended(x); },
    [this](messages::node_frame& x) { on_frame(x); },
    [this](flush_due) {
      is_flush_due_ = false;
      flush();
    },
    [this](const messages::attempts_parked& x) {
      on_signal(x.keys, messages::report_kind::parked);
    },
    [this](const messages::attempts_unparked& x) {
      on_signal(x.keys, messages::report_kind::unparked);
    },
    [this](messages::report_event& x) {
      report(&messages::node_reports::events, {x.key, std::move(x.what)});
    },
    [this](messages::update_progress& x) {
      report(&messages::node_reports::progress,
             {x.key, x.percent, std::move(x.note)});
      return messages::done{};
    },
    [this](messages::submit_children& x) { on_children(x); },
    [this](messages::ask_input& x) {
      report(&messages::node_reports::questions,
             {agent_of(x.key), x.key, std::move(x.what)});
    },
    [this](const messages::attempt_paused& x) {
      report(&messages::node_reports::signals,
             {messages::report_kind::paused, x.key, x.number});
    },
    [this](const messages::node_beat& x) { on_beat(x); },
    [this](const messages::node_unknown& x) {
      if (is_of_session(x.session))
        lose({core::ec::unavailable, "the manager has given this node up"});
    },
    [this](const messages::node_drains& x) {
      if (is_of_session(x.session))
        static_cast<void>(leave(x.within));
    },
    [this](messages::agent_condition& x) { on_condition(x); },
    [this](const messages::attempts_adopted& x) { on_adopted(x); },
    [this](messages::add_agent& x) { return add(x); },
    [this](const messages::remove_agent& x) { return remove(x); },
    [this](const messages::pause_agent& x) { return set_paused(x.id, true); },
    [this](const messages::resume_agent& x) { return set_paused(x.id, false); },
    [this](messages::get_agents) { return list(); },
    [this](leave_fleet x) { return leave(x.within); },
    [this](dialled& x) { on_dialled(x); },
    [this](disconnected& x) {
      if (x.number == connection_)
        lose(x.why);
    },
    [this](timer_due) {
      timer_.fired(now());
      on_time();
    },
  };
}

// -- from the manager ---------------------------------------------------------

void node_uplink_state::on_frame(messages::node_frame& x) {
  // What was said when the manager still took this node for alive may come
  // when it does not any more.
  if (!is_of_session(x.session) || lease_.is_over(now()))
    return;
  heard_ = now();
  core::arrival arrival{};
  auto is_good = channel_.acknowledged(x.received);
  auto batch = channel_.receive(x, arrival);
  messages::node_orders orders;
  if (!is_good || channel_.is_broken()
      || (batch && !compat::decode(self_->system(), *batch, orders))) {
    session_ = 0;
    lose({core::ec::unavailable, "the manager has said what cannot be"});
    return;
  }
  // The session can go on, in another connection.
  if (arrival == core::arrival::gap) {
    lose({core::ec::unavailable, "some of what the manager said is missing"});
    return;
  }
  forget_acknowledged();
  if (batch)
    carry_out(orders);
  if (channel_.owes_acknowledgement())
    beat(now());
  flush_soon();
}

void node_uplink_state::on_beat(const messages::node_beat& x) {
  if (!is_of_session(x.session))
    return;
  heard_ = now();
  if (!channel_.acknowledged(x.received)) {
    session_ = 0;
    lose({core::ec::unavailable, "the manager has said what cannot be"});
    return;
  }
  for (; !beats_.empty() && beats_.front().first <= x.number;
       beats_.pop_front())
    lease_.answered(beats_.front().second);
  forget_acknowledged();
  flush();
}

void node_uplink_state::carry_out(messages::node_orders& x) {
  run(x.orders);
  tell_agents(x);
  for (auto& order : x.commands)
    command(order);
  for (auto& refused : x.refused) {
    auto i = memory_->agents.find(refused.agent);
    if (i != memory_->agents.end())
      i->second.refusal = std::move(refused.why);
  }
}

void node_uplink_state::run(std::vector<messages::node_order>& orders) {
  auto me = caf::actor_cast<messages::attempt_sink_actor>(self_);
  messages::run_attempts batch{{}, me};
  uint32_t batch_agent = 0;
  auto send = [&] {
    if (!batch.orders.empty())
      compat::send(self_, memory_->agents.at(batch_agent).host,
                   std::exchange(batch, {{}, me}));
  };
  for (auto& x : orders) {
    core::attempt_key key{x.spec.spec->id, x.number};
    // It has ended meanwhile.
    if (x.is_resumed && !memory_->attempts.contains(key))
      continue;
    auto i = memory_->agents.find(x.agent);
    if (i == memory_->agents.end()) {
      cannot_run(key, {core::ec::agent_lost, "the agent is gone"});
      continue;
    }
    if (auto old = memory_->given_up.find(key);
        old != memory_->given_up.end()) {
      old->second.next = std::move(x);
      continue;
    }
    // What was on its way when the manager heard that no more is wanted is run.
    auto is_closed = memory_->hand_back_by != core::never
                     || i->second.is_stopping;
    if (is_closed && !x.is_resumed) {
      cannot_run(key, {core::ec::agent_lost, fmt::format("node '{}' is leaving",
                                                         memory_->spec.name)});
      continue;
    }
    if (x.agent != batch_agent) {
      send();
      batch_agent = x.agent;
    }
    auto& known = memory_->attempts[key];
    known.agent = x.agent;
    known.at = core::live_attempt::state::running;
    if (!known.spec)
      known.spec = x.spec.spec;
    auto& order = batch.orders.emplace_back();
    order.spec = x.spec.spec;
    if (x.has_parameters)
      order.parameters = std::move(x.parameters);
    else
      order.parameters = order.spec->parameters;
    if (!order.spec->dependencies.empty())
      order.dependencies = std::make_shared<const core::dependency_results>(
        std::move(x.dependencies));
    order.number = x.number;
    order.is_resumed = x.is_resumed;
  }
  send();
}

void node_uplink_state::cannot_run(const core::attempt_key& key,
                                   core::error why) {
  core::attempt_outcome outcome;
  outcome.key = key;
  outcome.started = outcome.finished = now();
  outcome.failure = std::move(why);
  pending_.outcomes.push_back(std::move(outcome));
  flush_soon();
}

void node_uplink_state::tell_agents(messages::node_orders& x) {
  auto host_of = [this](uint32_t number) {
    auto i = memory_->agents.find(number);
    return i == memory_->agents.end() ? messages::agent_host_actor{}
                                      : i->second.host;
  };
  for (auto& end : x.ends) {
    auto host = host_of(end.agent);
    if (!host)
      continue;
    messages::tasks_ended news;
    for (auto& child : end.also)
      news.repeated.push_back({child, end.ended.record.id()});
    news.records.push_back(std::move(end.ended.record));
    compat::send(self_, host, std::move(news));
  }
  for (auto& refusal : x.refusals)
    if (auto host = host_of(refusal.agent))
      compat::send(
        self_, host,
        messages::children_refused{refusal.parent,
                                   {{refusal.child, std::move(refusal.why)}}});
  for (auto& answer : x.answers)
    if (auto host = host_of(answer.agent))
      compat::send(self_, host,
                   messages::inputs_answered{{std::move(answer.what)}});
}

void node_uplink_state::command(const messages::node_command& x) {
  auto i = memory_->agents.find(x.agent);
  if (i == memory_->agents.end())
    return;
  auto& host = i->second.host;
  auto running = memory_->attempts.find(x.key);
  auto is_running = running != memory_->attempts.end();
  switch (x.kind) {
    case messages::order_kind::cancel:
      // Unless it has not begun, because the one before it has not ended.
      if (auto old = memory_->given_up.find(x.key);
          old != memory_->given_up.end() && old->second.next) {
        old->second.next.reset();
        cannot_run(x.key, {core::ec::cancelled, "cancelled"});
        break;
      }
      compat::send(self_, host, messages::cancel_attempts{{x.key}});
      break;
    case messages::order_kind::pause:
      if (is_running)
        running->second.is_paused = true;
      compat::send(self_, host, messages::pause_attempt{x.key, x.number});
      break;
    case messages::order_kind::resume:
      if (is_running)
        running->second.is_paused = false;
      compat::send(self_, host, messages::resume_attempt{x.key});
      break;
    case messages::order_kind::ask_again:
      compat::send(self_, host, messages::ask_again{x.queue});
      break;
    case messages::order_kind::stop_agent:
      i->second.is_leaving = i->second.is_stopping = true;
      memory_->removed.insert(i->second.spec.id);
      compat::send(self_, host, messages::stop_agent{x.number != 0});
      break;
  }
}

// -- from the agents ----------------------------------------------------------

uint32_t node_uplink_state::agent_of(const core::attempt_key& key) const {
  auto i = memory_->attempts.find(key);
  return i == memory_->attempts.end() ? 0 : i->second.agent;
}

void node_uplink_state::on_ended(messages::attempts_ended& x) {
  std::vector<messages::node_order> waited;
  for (auto& outcome : x.outcomes) {
    // Nobody waits for those that were given up, and for late ones.
    if (memory_->given_up.contains(outcome.key))
      is_over(outcome.key, waited);
    else if (memory_->attempts.erase(outcome.key) > 0)
      pending_.outcomes.push_back(std::move(outcome));
  }
  run(waited);
  end_leaving();
  leave_if_done();
  flush_soon();
}

void node_uplink_state::on_signal(const std::vector<core::attempt_key>& keys,
                                  messages::report_kind kind) {
  for (auto& key : keys) {
    auto i = memory_->attempts.find(key);
    if (i == memory_->attempts.end())
      continue;
    i->second.at = kind == messages::report_kind::parked
                     ? core::live_attempt::state::parked
                     : core::live_attempt::state::unparking;
    pending_.signals.push_back({kind, key, 0});
  }
  flush_soon();
}

void node_uplink_state::on_children(messages::submit_children& x) {
  messages::node_child child;
  child.agent = agent_of(x.parent);
  child.parent = x.parent;
  child.is_awaited = x.is_awaited;
  for (auto& spec : x.specs)
    child.specs.push_back({std::move(spec)});
  pending_.children.push_back(std::move(child));
  flush_soon();
}

// -- passing on ---------------------------------------------------------------

void node_uplink_state::forget_acknowledged() {
  while (!on_way_.empty()
         && on_way_.front().first <= channel_.acknowledged_number())
    on_way_.pop_front();
}

void node_uplink_state::flush_soon() {
  if (!std::exchange(is_flush_due_, true))
    compat::send(self_, caf::actor_cast<uplink_impl>(self_), flush_due{});
}

void node_uplink_state::flush() {
  if (!manager_)
    return;
  auto send = [this](messages::node_frame&& x) {
    compat::send(self_, manager_, std::move(x));
  };
  channel_.send(session_, send);
  while (!is_empty(pending_) && channel_.has_room()) {
    auto [batch, bytes] = take_batch(self_->system(), pending_,
                                     env_.batch_bytes_max);
    if (bytes.size() > env_.batch_bytes_max) {
      cannot_send(batch);
      continue;
    }
    channel_.push(std::move(bytes));
    if (!batch.outcomes.empty())
      on_way_.emplace_back(channel_.last_pushed(), std::move(batch.outcomes));
    channel_.send(session_, send);
  }
  leave_if_done();
}

/// The manager would end the session, and it would come again in the next. Who
/// waits for it hears why; nothing waits for a partial result or a note.
void node_uplink_state::cannot_send(messages::node_reports& batch) {
  const core::error why{
    core::ec::limit_exceeded,
    fmt::format("it is more than the {} bytes that a node can send at once",
                env_.batch_bytes_max),
    true};
  messages::node_orders answers;
  for (auto& x : batch.children)
    for (auto& child : x.specs)
      answers.refusals.push_back({x.agent, x.parent, child.spec->id, why});
  for (auto& x : batch.questions)
    answers.answers.push_back({x.agent, {x.key, x.what.number, {}, why}});
  tell_agents(answers);
  for (auto& x : batch.outcomes) {
    x.result = {};
    x.failure = why;
    pending_.outcomes.push_back(std::move(x));
  }
}

uplink_impl::behavior_type
node_uplink(uplink_impl::stateful_pointer<node_uplink_state> self,
            const environment& env, uplink_options options,
            std::shared_ptr<uplink_memory> memory, connector_actor connector) {
  return compat::state_of(self).make_behavior(
    env, std::move(options), std::move(memory), std::move(connector));
}

} // namespace troupe::actors
