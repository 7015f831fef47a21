#include "actors/agent_proxy.hpp"

#include "actors/result_limit.hpp"

namespace troupe::actors {

namespace {

/// No deadline: attempts have their own, and the end of the actor is noticed.
/// (CAF 0.17.6 keeps timeouts in memory until they expire.)
constexpr auto request_timeout = caf::infinite;

} // namespace

messages::agent_host_actor::behavior_type agent_proxy_state::make_behavior(
  const environment& env, messages::agent_actor agent, load_counter load) {
  env_ = env;
  agent_ = std::move(agent);
  load_ = std::move(load);
  compat::monitor(self_, agent_);
  compat::on_down(self_, [this](const caf::down_msg& x) {
    if (x.source == agent_.address())
      self_->quit(x.reason);
  });
  return {
    [this](const messages::run_attempts& x) { run(x); },
    [](const messages::cancel_attempts&) {
      // The interface has no way to say so; the answer will be dropped.
    },
    [](const messages::tasks_ended&) {
      // nop
    },
    [](const messages::children_refused&) {
      // nop
    },
    [](const messages::inputs_answered&) {
      // nop
    },
    [](messages::pause_attempt) {
      // It offers no checkpoints.
    },
    [](messages::resume_attempt) {
      // nop
    },
    [](messages::watch_agent) {
      // It has no threads to tell of.
    },
    [this](messages::stop_agent x) {
      is_stopping_ = true;
      if (x.is_at_once)
        self_->quit();
      else
        stop_when_done();
    },
    [this](const messages::adopt_attempts& x) { adopt(x); },
    [](const messages::ask_again&) {
      // It waits for nothing.
    },
  };
}

void agent_proxy_state::run(const messages::run_attempts& x) {
  for (auto& order : x.orders) {
    running_.insert_or_assign(order.key(), entry{order.spec, x.sink});
    core::attempt_outcome outcome;
    outcome.key = order.key();
    outcome.started = env_.now();
    auto handle = compat::request(
      self_, agent_, request_timeout,
      messages::perform_task{order.key(), order.spec, order.parameters,
                             order.dependencies});
    // CAF 1.x has then() for temporaries only.
    // NOLINTNEXTLINE(performance-move-const-arg)
    std::move(handle).then(
      [this, outcome](messages::task_performed& made) mutable {
        outcome.result = std::move(made.result);
        outcome.failure = std::move(made.failure);
        finish(std::move(outcome));
      },
      [this, outcome](const caf::error& why) mutable {
        // It died before it looked at it: lost, like all it worked on.
        if (why == caf::sec::request_receiver_down)
          return;
        outcome.failure = {core::ec::handler_failed,
                           compat::describe(self_->system(), why)};
        finish(std::move(outcome));
      });
  }
  count();
}

void agent_proxy_state::count() {
  load_->store(static_cast<uint32_t>(running_.size()),
               std::memory_order_relaxed);
}

void agent_proxy_state::finish(core::attempt_outcome outcome) {
  auto i = running_.find(outcome.key);
  if (i == running_.end())
    return;
  auto sink = std::move(i->second.sink);
  running_.erase(i);
  count();
  outcome.finished = env_.now();
  limit_size(outcome, env_);
  messages::attempts_ended report;
  report.outcomes.push_back(std::move(outcome));
  compat::send(self_, sink, std::move(report));
  stop_when_done();
}

/// Their queue is a new one.
void agent_proxy_state::adopt(const messages::adopt_attempts& x) {
  messages::attempts_adopted answer;
  answer.recovery = x.recovery;
  for (auto& [key, known] : running_) {
    if (known.spec->queue != x.queue)
      continue;
    known.sink = x.sink;
    answer.attempts.push_back({known.spec, key.number});
  }
  compat::send(self_, compat::sender_as<messages::adoption_actor>(self_),
               std::move(answer));
}

void agent_proxy_state::stop_when_done() {
  if (is_stopping_ && running_.empty())
    self_->quit();
}

messages::agent_host_actor::behavior_type agent_proxy(
  messages::agent_host_actor::stateful_pointer<agent_proxy_state> self,
  const environment& env, messages::agent_actor agent, load_counter load) {
  return compat::state_of(self).make_behavior(env, std::move(agent),
                                              std::move(load));
}

} // namespace troupe::actors
