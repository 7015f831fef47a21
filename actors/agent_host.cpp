#include "actors/agent_host.hpp"

#include "actors/result_limit.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::actors {

namespace {

/// Outcomes of quick handlers travel together, but the first of them waits no
/// longer than this for the others.
constexpr core::duration outbox_age_max = std::chrono::microseconds{100};

} // namespace

agent_host_impl::behavior_type agent_host_state::make_behavior(
  const environment& env, agent_definition definition,
  reference<messages::attempt_owner_actor> manager, load_counter load) {
  load_ = std::move(load);
  links_ = std::make_shared<const attempt::links>(
    attempt::links{env, std::move(definition), std::move(manager)});
  compat::on_down(self_, [this](const caf::down_msg& x) { worker_died(x); });
  return {
    [this](messages::run_attempts& x) { run(x); },
    [this](const messages::cancel_attempts& x) {
      for (auto& key : x.keys)
        cancel(key);
      flush();
    },
    [this](messages::tasks_ended& x) {
      for (auto& record : x.records) {
        for (auto& [child, existing] : x.repeated)
          if (existing == record.id())
            on_child(child, core::task_record{record});
        auto id = record.id();
        on_child(id, std::move(record));
      }
      flush();
    },
    [this](messages::children_refused& x) {
      for (auto& refused : x.refused) {
        auto i = parents_.find(refused.task);
        if (i == parents_.end() || i->second.who == nullptr)
          continue;
        *i->second.refused = std::move(refused.why);
        child_ended(refused.task);
      }
      flush();
    },
    [this](messages::stop_agent x) { stop_all(x.is_at_once); },
    [this](const messages::adopt_attempts& x) { adopt(x); },
    [this](const messages::ask_again& x) { ask_again(x.queue); },
    [this](messages::inputs_answered& x) {
      for (auto& answer : x.answers)
        on_answer(answer);
      flush();
    },
    [this](messages::pause_attempt x) { set_pause(x.key, x.number); },
    [this](messages::resume_attempt x) {
      set_pause(x.key, 0);
      flush();
    },
    [this](messages::watch_agent) {
      watcher_ = compat::sender_as<messages::agent_watcher_actor>(self_);
      if (abandoned_ > 0)
        tell_watcher();
    },
    [this](timer_due) { wake_due(); },
    [this](executed& x) { worker_returned(x.outcome); },
  };
}

// -- starting -----------------------------------------------------------------

void agent_host_state::run(messages::run_attempts& x) {
  load_->store(static_cast<uint32_t>(attempts_.size() + x.orders.size()),
               std::memory_order_relaxed);
  for (auto& order : x.orders) {
    if (order.is_resumed) {
      receive(order.key());
    } else {
      start(order, x.sink);
    }
  }
  flush();
}

const handler* agent_host_state::handler_of(const std::string& capability) {
  if (last_handler_ == nullptr || capability != last_capability_) {
    auto i = links_->agent.handlers().find(capability);
    last_handler_ = i == links_->agent.handlers().end() ? nullptr : &i->second;
    last_capability_ = capability;
  }
  return last_handler_;
}

void agent_host_state::start(core::attempt_order& order,
                             const messages::attempt_sink_actor& sink) {
  auto* known = handler_of(order.spec->capabilities.front());
  if (known == nullptr || is_stopping_) {
    core::attempt_outcome outcome;
    outcome.key = order.key();
    outcome.started = outcome.finished = now();
    if (is_stopping_)
      outcome.failure
        = {core::ec::agent_lost,
           fmt::format("agent '{}' is stopping", links_->agent.spec().id)};
    else
      outcome.failure = {core::ec::no_handler,
                         fmt::format("agent '{}' has the capability '{}' but "
                                     "no handler for it",
                                     links_->agent.spec().id,
                                     order.spec->capabilities.front()),
                         true};
    report(sink, std::move(outcome));
  } else if (auto* quick = std::get_if<cooperative_handler>(known)) {
    run_cooperative(order, quick->run, sink);
  } else if (auto* blocking = std::get_if<blocking_handler>(known)) {
    start_blocking(order, blocking->run, sink);
  } else {
    start_coroutine(order, std::get<coroutine_handler>(*known), sink);
  }
}

void agent_host_state::run_cooperative(
  core::attempt_order& order, const plain_handler& run,
  const messages::attempt_sink_actor& sink) {
  attempt self{std::move(order), links_, this};
  self.started = now();
  try {
    report(sink, run_plain(run, self));
  } catch (...) {
    report(sink, thrown(self.key(), self.started, now()));
  }
}

void agent_host_state::start_blocking(
  core::attempt_order& order, const plain_handler& run,
  const messages::attempt_sink_actor& sink) {
  auto key = order.key();
  auto self = std::make_shared<attempt>(std::move(order), links_, this);
  self->sink = sink;
  self->started = now();
  self->make_stoppable();
  worker_actor chosen;
  if (idle_workers_.empty()) {
    auto me = caf::actor_cast<agent_host_impl>(self_);
    if (links_->env.has_threads)
      chosen = self_->spawn<caf::detached>(worker, me);
    else
      chosen = self_->spawn(worker, me);
    compat::monitor(self_, chosen);
  } else {
    chosen = std::move(idle_workers_.back());
    idle_workers_.pop_back();
  }
  busy_workers_.emplace(chosen.address(), busy_worker{chosen, key, sink});
  begin_watch(*self);
  compat::send(self_, chosen, execute{self, &run});
  attempts_.insert_or_assign(key, std::move(self));
}

void agent_host_state::start_coroutine(
  core::attempt_order& order, const coroutine_handler& run,
  const messages::attempt_sink_actor& sink) {
  auto key = order.key();
  auto made = std::make_shared<attempt>(std::move(order), links_, this);
  auto& self = *made;
  self.sink = sink;
  self.started = now();
  self.context = std::make_unique<task_context>(self);
  attempts_.insert_or_assign(key, std::move(made));
  try {
    self.coroutine.emplace(run(*self.context));
  } catch (...) {
    finish(key, thrown(key, self.started, now()));
    return;
  }
  self.coroutine->start();
  if (!self.coroutine->is_done())
    begin_watch(self);
  after_resume(self);
}

// -- ending -------------------------------------------------------------------

void agent_host_state::finish(const core::attempt_key& key,
                              core::attempt_outcome outcome) {
  auto i = attempts_.find(key);
  if (i == attempts_.end())
    return;
  auto sink = i->second->sink;
  deadlines_.forget(i->second->deadline);
  // Its coroutine goes with it, and takes its waits out of the books.
  auto gone = std::move(i->second);
  attempts_.erase(i);
  gone.reset();
  report(sink, std::move(outcome));
}

void agent_host_state::cancel(const core::attempt_key& key) {
  auto i = attempts_.find(key);
  if (i != attempts_.end())
    stop(*i->second, {core::ec::cancelled, "cancelled"});
}

/// A coroutine ends at once: it is suspended and holds nothing that its
/// destruction does not free. A blocking handler is asked to return.
void agent_host_state::stop(attempt& x, core::error why) {
  if (x.verdict.code != core::ec::none)
    return;
  x.verdict = std::move(why);
  x.stop().request_stop();
  if (x.coroutine) {
    give_up(x);
    return;
  }
  deadlines_.forget(x.deadline);
  set_deadline(x, links_->agent.stop_grace());
}

void agent_host_state::give_up(attempt& x) {
  core::attempt_outcome outcome;
  outcome.key = x.key();
  outcome.started = x.started;
  outcome.finished = now();
  outcome.failure = x.verdict;
  finish(x.key(), std::move(outcome));
}

void agent_host_state::worker_returned(core::attempt_outcome& outcome) {
  auto i = busy_workers_.find(
    caf::actor_cast<caf::actor_addr>(self_->current_sender()));
  if (i != busy_workers_.end()) {
    auto freed = std::move(i->second);
    busy_workers_.erase(i);
    idle_workers_.push_back(std::move(freed.worker));
    // Too late to count, but not to be counted.
    if (freed.is_abandoned) {
      report(freed.sink, std::move(outcome));
      abandoned_changed(-1);
      flush();
      return;
    }
  }
  auto key = outcome.key;
  if (auto known = attempts_.find(key);
      known != attempts_.end()
      && known->second->verdict.code != core::ec::none) {
    outcome.result = {};
    outcome.failure = known->second->verdict;
  }
  finish(key, std::move(outcome));
  flush();
}

void agent_host_state::worker_died(const caf::down_msg& x) {
  auto i = busy_workers_.find(x.source);
  if (i == busy_workers_.end()) {
    std::erase_if(idle_workers_,
                  [&](auto& w) { return w.address() == x.source; });
    return;
  }
  auto key = i->second.key;
  auto was_abandoned = i->second.is_abandoned;
  busy_workers_.erase(i);
  if (was_abandoned)
    abandoned_changed(-1);
  if (auto found = attempts_.find(key); found != attempts_.end())
    finish(key, crashed(key, found->second->started, now(),
                        compat::describe(self_->system(), x.reason)));
  flush();
}

void agent_host_state::report(const messages::attempt_sink_actor& sink,
                              core::attempt_outcome outcome) {
  limit_size(outcome, links_->env);
  if (outbox_sink_ != sink) {
    flush();
    outbox_sink_ = sink;
  }
  if (outbox_.empty())
    outbox_since_ = outcome.finished;
  auto age = outcome.finished - outbox_since_;
  outbox_.push_back(std::move(outcome));
  if (age > outbox_age_max)
    flush();
}

void agent_host_state::flush() {
  load_->store(static_cast<uint32_t>(attempts_.size()),
               std::memory_order_relaxed);
  if (!outbox_.empty())
    compat::send(self_, outbox_sink_,
                 messages::attempts_ended{std::exchange(outbox_, {})});
  // A worker that was abandoned may still run its handler.
  if (is_stopping_ && attempts_.empty() && busy_workers_.empty())
    quit();
}

void agent_host_state::stop_all(bool is_at_once) {
  is_stopping_ = true;
  if (is_at_once) {
    std::vector<core::attempt_key> keys;
    for (auto& [key, self] : attempts_)
      keys.push_back(key);
    for (auto& key : keys)
      cancel(key);
  }
  flush();
}

/// Their queue is a new one.
void agent_host_state::adopt(const messages::adopt_attempts& x) {
  using live = core::live_attempt::state;
  messages::attempts_adopted answer;
  answer.recovery = x.recovery;
  for (auto& [key, self] : attempts_) {
    if (self->order().spec->queue != x.queue)
      continue;
    self->sink = x.sink;
    auto at = self->is_unparking ? live::unparking
              : self->is_parked  ? live::parked
                                 : live::running;
    answer.attempts.push_back(
      {self->order().spec, key.number, at, self->gate().number() != 0});
  }
  compat::send(self_, compat::sender_as<messages::adoption_actor>(self_),
               std::move(answer));
}

void agent_host_state::quit() {
  for (auto& w : idle_workers_)
    self_->send_exit(w, caf::exit_reason::user_shutdown);
  idle_workers_.clear();
  self_->quit();
}

agent_host_impl::behavior_type
agent_host(agent_host_impl::stateful_pointer<agent_host_state> self,
           const environment& env, agent_definition definition,
           reference<messages::attempt_owner_actor> manager,
           load_counter load) {
  return compat::state_of(self).make_behavior(
    env, std::move(definition), std::move(manager), std::move(load));
}

} // namespace troupe::actors
