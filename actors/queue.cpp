#include "actors/queue.hpp"

#include <fmt/format.h>

namespace troupe::actors {

queue_impl::behavior_type
queue_state::make_behavior(const environment& env,
                           std::shared_ptr<queue_memory> memory,
                           messages::manager_actor manager,
                           messages::router_actor router,
                           messages::event_bus_actor bus) {
  env_ = env;
  memory_ = std::move(memory);
  is_recovering_ = std::exchange(memory_->was_started, true);
  queue_ = std::make_unique<core::work_queue>(
    memory_->spec, std::hash<core::task_id>{}(env.ids->next(env.now())));
  if (memory_->is_paused)
    queue_->pause();
  manager_ = std::move(manager);
  router_ = std::move(router);
  bus_ = std::move(bus);
  // CAF tries them in this order, so what comes for every task comes first.
  return {
    [this](messages::enqueue_tasks& x) { enqueue(x); },
    [this](messages::attempts_ended& x) {
      when_recovered(x, [this](auto& y) { on_ended(y); });
    },
    [this](messages::attempts_parked& x) {
      when_recovered(x, [this](auto& y) { on_parked(y); });
    },
    [this](messages::attempts_unparked& x) {
      when_recovered(x, [this](auto& y) { on_unparked(y); });
    },
    [this](const messages::withdraw_tasks& x) { withdraw(x); },
    [this](const messages::change_priority& x) {
      queue_->set_priority(x.task, x.priority);
      flush();
    },
    [this](messages::hold_task x) {
      queue_->pause_task(x.task, x.number);
      flush();
    },
    [this](messages::release_task x) {
      queue_->resume_task(x.task);
      flush();
    },
    [this](messages::bar_circuits& x) {
      queue_->bar(x.scope, std::move(x.bars));
      flush();
    },
    [this](const messages::allow_probe& x) {
      queue_->allow_probes(x.circuit, 1);
      flush();
    },
    [this](messages::recover_tasks& x) { recover(x); },
    [this](const messages::explain_waiting& x) { return explain(x.task); },
    [this](messages::slots_changed& x) { on_slots(x); },
    [this](messages::slots_recovered& x) { adopt(x); },
    [this](messages::report_taken) {
      --receipts_due_;
      flush();
    },
    [this](messages::agent_gone x) { on_agent_gone(x.agent); },
    [this](messages::pause_queue) { return set_paused(true); },
    [this](messages::resume_queue) { return set_paused(false); },
    [this](messages::process_queue) {
      messages::processed result{queue_->process()};
      flush();
      return result;
    },
    [this](messages::get_queue) { return info(); },
    [this](timer_due) {
      due_.fired(env_.now());
      flush();
    },
  };
}

// -- tasks --------------------------------------------------------------------

void queue_state::enqueue(messages::enqueue_tasks& x) {
  for (auto& task : x.tasks)
    queue_->enqueue(std::move(task));
  flush();
}

void queue_state::withdraw(const messages::withdraw_tasks& x) {
  for (auto& task : x.tasks)
    queue_->withdraw(task);
  flush();
}

// -- what agents report -------------------------------------------------------

void queue_state::on_ended(messages::attempts_ended& x) {
  auto now = env_.now();
  for (auto& outcome : x.outcomes)
    queue_->ended(std::move(outcome), now);
  flush();
}

void queue_state::on_parked(const messages::attempts_parked& x) {
  for (auto& key : x.keys)
    queue_->parked(key);
  flush();
}

void queue_state::on_unparked(const messages::attempts_unparked& x) {
  for (auto& key : x.keys)
    queue_->unparked(key);
  flush();
}

// -- recovery -----------------------------------------------------------------

void queue_state::recover(messages::recover_tasks& x) {
  auto now = env_.now();
  for (auto& task : x.tasks)
    queue_->recover(std::move(task), now);
  compat::send(self_, router_,
               messages::recover_slots{queue_->spec().name,
                                       queue_->spec().routing});
}

void queue_state::adopt(messages::slots_recovered& x) {
  auto now = env_.now();
  for (size_t i = 0; i < x.grants.size(); ++i)
    learn(x.grants[i], x.hosts[i]);
  queue_->granted(x.grants);
  for (size_t i = 0; i < x.grants.size(); ++i)
    for (auto& live : x.attempts[i])
      queue_->adopt(x.grants[i].agent, live, now);
  queue_->recovered(now);
  is_recovering_ = false;
  for (auto& report : std::exchange(deferred_, {}))
    report();
  flush();
  // The manager has heard of all attempts by then.
  for (auto& host : x.hosts)
    compat::send(self_, host, messages::ask_again{queue_->spec().name});
}

// -- slots --------------------------------------------------------------------

void queue_state::learn(const core::slot_grant& grant,
                        const messages::agent_host_actor& host) {
  if (hosts_.insert_or_assign(grant.agent, host).second)
    new_agents_.emplace_back(grant.agent, grant.spec->id);
}

void queue_state::on_slots(messages::slots_changed& x) {
  for (size_t i = 0; i < x.grants.size(); ++i)
    learn(x.grants[i], x.hosts[i]);
  queue_->granted(x.grants);
  queue_->recalled(x.recalls);
  queue_->answered(x.answered);
  flush();
}

void queue_state::on_agent_gone(uint32_t agent) {
  hosts_.erase(agent);
  queue_->agent_left(agent, env_.now());
  flush();
}

// -- questions and control ----------------------------------------------------

caf::result<messages::explanation>
queue_state::explain(const core::task_id& id) {
  auto known = queue_->explain(id, env_.now());
  if (!known)
    return messages::explanation{
      {}, fmt::format("is on its way to queue '{}'", queue_->spec().name)};
  if (known->what == nullptr)
    return messages::explanation{{}, std::move(known->text)};
  return compat::delegate(self_, router_,
                          messages::explain_demand{std::move(known->what)});
}

caf::result<core::queue_info> queue_state::info() {
  if (!is_recovering_)
    return queue_->info();
  auto promise = self_->make_response_promise<core::queue_info>();
  deferred_.emplace_back(
    [this, promise]() mutable { promise.deliver(queue_->info()); });
  return promise;
}

messages::done queue_state::set_paused(bool is_paused) {
  if (is_paused)
    queue_->pause();
  else
    queue_->resume();
  memory_->is_paused = is_paused;
  core::event happened;
  happened.at = env_.now();
  happened.kind = is_paused ? core::event_kind::queue_paused
                            : core::event_kind::queue_resumed;
  happened.subject = queue_->spec().name;
  messages::publish_events report;
  report.events.push_back(std::move(happened));
  compat::send(self_, bus_, std::move(report));
  flush();
  return {};
}

void queue_state::flush() {
  if (is_recovering_)
    return;
  auto now = env_.now();
  auto is_behind = receipts_due_ == receipts_max;
  if (!is_behind)
    queue_->plan(now);
  auto actions = queue_->take_actions();
  // First, so that nothing a handler reports overtakes its start.
  report(actions);
  for (auto& circuit : actions.probes)
    compat::send(self_, manager_,
                 messages::ask_probe{queue_->spec().name, std::move(circuit)});
  for (auto& x : actions.dispatches)
    compat::send(self_, hosts_.at(x.agent),
                 messages::run_attempts{
                   std::move(x.orders),
                   caf::actor_cast<messages::attempt_sink_actor>(self_)});
  for (auto& [agent, key] : actions.cancellations)
    if (auto i = hosts_.find(agent); i != hosts_.end())
      compat::send(self_, i->second, messages::cancel_attempts{{key}});
  for (auto& x : actions.pauses)
    if (auto i = hosts_.find(x.agent); i != hosts_.end())
      compat::send(self_, i->second, messages::pause_attempt{x.key, x.number});
  for (auto& [agent, key] : actions.resumptions)
    if (auto i = hosts_.find(agent); i != hosts_.end())
      compat::send(self_, i->second, messages::resume_attempt{key});
  if (!actions.wants.empty() || !actions.returned.empty()
      || !actions.leases.empty())
    compat::send(self_, router_,
                 messages::want_slots{std::move(actions.wants),
                                      std::move(actions.returned),
                                      std::move(actions.leases)});
  if (!is_behind)
    due_.set(self_, queue_->next_due(), now);
}

void queue_state::report(core::queue_actions& actions) {
  messages::report_attempts all{std::move(actions.started),
                                std::move(actions.ended),
                                std::move(actions.retried),
                                std::move(actions.lost),
                                {}};
  if (all.size() == 0)
    return;
  all.agents = std::exchange(new_agents_, {});
  reported_ += all.size();
  if (reported_ >= receipt_interval && receipts_due_ < receipts_max) {
    all.asks_receipt = true;
    reported_ = 0;
    ++receipts_due_;
  }
  compat::send(self_, manager_, std::move(all));
}

queue_impl::behavior_type
queue(queue_impl::stateful_pointer<queue_state> self, const environment& env,
      std::shared_ptr<queue_memory> memory, messages::manager_actor manager,
      messages::router_actor router, messages::event_bus_actor bus) {
  return compat::state_of(self).make_behavior(env, std::move(memory),
                                              std::move(manager),
                                              std::move(router),
                                              std::move(bus));
}

} // namespace troupe::actors
