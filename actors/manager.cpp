// Long because it is one table of messages and what follows each; the rest is
// split off.

#include "actors/manager.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::actors {

namespace {

/// Events handed over at once while nobody listens.
constexpr size_t idle_events_max = 1024;

/// Between two looks for ended tasks that are too old.
constexpr core::duration clean_up_interval = std::chrono::seconds{1};

template <class T>
core::error failure_of(core::result<T>&& x) {
  return x ? core::error{} : std::move(x).error();
}

} // namespace

void manager_state::begin(const environment& env, messages::event_bus_actor bus,
                          std::shared_ptr<manager_memory> memory) {
  env_ = env;
  bus_ = std::move(bus);
  memory_ = std::move(memory);
  registry_ = &memory_->registry;
  admissions_ = &memory_->admissions;
  // Who waited for the answer of one that died has been told so.
  static_cast<void>(admissions_->give_up({}));
  queues_.resize(registry_->actions().queues.size());
  compat::send(self_, bus_, messages::attach_publisher{});
  if (memory_->intake) {
    committed_ = memory_->intake->committed();
    compat::send(self_, memory_->journal, messages::attach_journal_client{});
  }
  deadlines_.set(self_, registry_->next_deadline(), env_.now());
}

manager_impl::behavior_type
manager_state::make_behavior(const environment& env,
                             messages::event_bus_actor bus,
                             std::shared_ptr<manager_memory> memory) {
  begin(env, std::move(bus), std::move(memory));
  // CAF tries them in this order, so what comes for every task comes first.
  return {
    [this](messages::report_attempts& x) { on_report(x); },
    [this](messages::stream_tasks& x) { on_stream(x); },
    [this](const messages::submit_tasks& x) { return submit(x); },
    [this](const messages::await_tasks& x) { return await(x); },
    [this](messages::get_task x) { return get(x.task); },
    [this](const messages::list_tasks& x) {
      return answer(registry_->list(x.query));
    },
    [this](const messages::pause_task& x) { return pause(x); },
    [this](const messages::resume_task& x) { return resume(x); },
    [this](messages::ask_input& x) { on_question(x); },
    [this](messages::provide_input& x) { return provide(x); },
    [this](messages::get_inputs x) { return inputs(x.limit); },
    [this](messages::attempt_paused x) { on_paused(x); },
    [this](const messages::list_dead_letters& x) {
      return answer(registry_->list_dead_letters(x.query));
    },
    [this](const messages::drop_dead_letter& x) { return drop(x); },
    [this](const messages::drop_dead_letters& x) { return drop_all(x); },
    [this](messages::get_stats) { return stats(); },
    [this](const messages::cancel_task& x) { return cancel(x); },
    [this](const messages::set_task_priority& x) { return set_priority(x); },
    [this](messages::update_progress& x) { return progress(x); },
    [this](messages::explain_task x) { return explain(x.task); },
    [this](messages::await_idle) { return await_idle(); },
    [this](const messages::stop_accepting& x) { return stop_accepting(x); },
    [this](messages::attach_queue& x) { return attach(x); },
    [this](messages::observe_attempts) {
      observer_ = compat::sender_as<messages::attempt_observer_actor>(self_);
    },
    [this](messages::bar_circuits& x) { bar(x); },
    [this](messages::allow_probe& x) { pass_on(std::move(x)); },
    [this](messages::ask_probe& x) {
      if (observer_)
        compat::send(self_, observer_, std::move(x));
    },
    [this](messages::submit_children& x) { on_children(x); },
    [this](messages::report_event& x) { on_event(x); },
    [this](messages::listeners_changed x) {
      listeners_changed(x.has_listeners);
    },
    [this](messages::keep_document& x) { return keep(x); },
    [this](messages::journal_committed x) { on_committed(x.batch); },
    [this](messages::journal_condition& x) {
      on_condition(std::move(x.trouble));
    },
    [this](messages::ask_needed) {
      compat::send(self_, memory_->journal,
                   messages::forget_others{registry_->needed()});
    },
    [this](flush_due) {
      is_flush_due_ = false;
      flush();
    },
    [this](clean_up_due) { clean_up(); },
    [this](timer_due) { expire(); },
  };
}

// -- what comes back ----------------------------------------------------------

void manager_state::on_report(messages::report_attempts& x) {
  for (auto& [number, id] : x.agents)
    registry_->name_agent(number, std::move(id));
  // What ended may have been started by the same message, and what was lost or
  // failed may have been started again; so this is the order in which it
  // happened.
  auto now = env_.now();
  for (auto& key : x.lost)
    registry_->lost(key, now);
  messages::attempts_observed observed;
  for (auto& retry : x.retried) {
    if (observer_)
      observe(retry.failed, observed);
    registry_->retried(std::move(retry));
  }
  for (auto& start : x.started)
    registry_->started(start);
  for (auto& outcome : x.ended) {
    if (observer_)
      observe(outcome, observed);
    registry_->ended(std::move(outcome));
  }
  // First, so that whoever hears of an end and submits again meets an observer
  // that has heard of it, too.
  if (!observed.attempts.empty())
    compat::send(self_, observer_, std::move(observed));
  if (x.asks_receipt)
    compat::send(self_, compat::sender_as<messages::queue_actor>(self_),
                 messages::report_taken{});
  flush();
}

void manager_state::observe(const core::attempt_outcome& x,
                            messages::attempts_observed& observed) const {
  if (!core::is_evidence(x))
    return;
  if (auto spec = registry_->running(x.key))
    observed.attempts.push_back({std::move(spec), x.started, x.is_success()});
}

void manager_state::on_event(messages::report_event& x) {
  registry_->report(x.key, std::move(x.what));
  flush();
}

// -- clients ------------------------------------------------------------------

caf::result<messages::done>
manager_state::await(const messages::await_tasks& x) {
  auto client = compat::sender_as<messages::task_watcher_actor>(self_);
  std::vector<core::task_id> unknown;
  record_list ended;
  for (auto& id : x.tasks) {
    auto record = registry_->get(id);
    if (!record) {
      unknown.push_back(id);
    } else if (record->has_ended()) {
      ended.push_back(*std::move(record));
    } else {
      registry_->watch(id);
      watchers_[id].push_back({client, id});
    }
  }
  tell_ended(client, std::move(ended));
  if (unknown.empty())
    return answer(messages::done{});
  if (!memory_->journal)
    return answer(
      messages::done{std::move(registry_->get(unknown.back())).error()});
  return await_written(unknown, client);
}

void manager_state::tell_ended(const messages::task_watcher_actor& client,
                               record_list records) {
  if (!records.empty())
    when_safe(
      [this, client, ended = messages::tasks_ended{std::move(records)}] {
        compat::send(self_, client, ended);
      });
}

caf::result<messages::task_found> manager_state::get(const core::task_id& id) {
  auto record = registry_->get(id);
  if (record)
    return answer(messages::task_found{{}, *std::move(record)});
  // The journal remembers for longer.
  if (memory_->journal)
    return compat::delegate(self_, memory_->journal, messages::get_task{id});
  return messages::task_found{std::move(record).error(), {}};
}

caf::result<messages::done>
manager_state::cancel(const messages::cancel_task& x) {
  auto result = registry_->cancel(x.task, env_.now());
  if (result)
    audit(x.by, "cancel", x.task);
  flush();
  return answer(messages::done{failure_of(std::move(result))});
}

caf::result<messages::done>
manager_state::set_priority(const messages::set_task_priority& x) {
  auto changed = registry_->set_priority(x.task, x.priority, env_.now());
  if (changed)
    audit(x.by, "priority", x.task, std::to_string(x.priority.value()));
  flush();
  if (changed && *changed)
    when_safe([this, x, queue = **changed] {
      if (queues_[queue])
        compat::send(self_, queues_[queue],
                     messages::change_priority{x.task, x.priority});
    });
  return answer(messages::done{failure_of(std::move(changed))});
}

messages::done manager_state::progress(messages::update_progress& x) {
  auto result = registry_->progress(x.key, x.percent, std::move(x.note),
                                    env_.now());
  flush();
  return {failure_of(std::move(result))};
}

caf::result<messages::explanation>
manager_state::explain(const core::task_id& id) {
  auto known = registry_->explain(id);
  if (!known)
    return messages::explanation{std::move(known).error(), {}};
  if (!known->queue)
    return answer(messages::explanation{{}, std::move(known->text)});
  if (!queues_[*known->queue])
    return messages::explanation{
      {},
      fmt::format("queue '{}' is being started again",
                  registry_->queue_name(*known->queue))};
  return compat::delegate(self_, queues_[*known->queue],
                          messages::explain_waiting{id});
}

caf::result<messages::done> manager_state::await_idle() {
  if (registry_->stats().unended() == 0)
    return answer(messages::done{});
  auto promise = self_->make_response_promise<messages::done>();
  idle_waiters_.push_back(promise);
  return promise;
}

/// As of what is written; but who asks how things stand while nothing can be
/// written is not to wait for that.
caf::result<core::task_stats> manager_state::stats() {
  if (memory_->trouble.code != core::ec::none)
    return registry_->stats();
  return answer(registry_->stats());
}

messages::done
manager_state::stop_accepting(const messages::stop_accepting& x) {
  memory_->is_stopping = true;
  tell_kept(admissions_->give_up(
    {core::ec::stopping, "Troupe is stopping and accepts no more tasks"}));
  if (x.unended != messages::stop_order::drain) {
    memory_->is_cancelling = true;
    if (x.unended == messages::stop_order::suspend && memory_->intake)
      registry_->interrupt_all(env_.now(), x.elsewhere);
    else
      registry_->cancel_all(env_.now(), "Troupe is stopping");
  }
  flush();
  return {};
}

messages::done manager_state::attach(messages::attach_queue& x) {
  auto number = registry_->queue_number(x.spec.name);
  if (number && !x.is_restarted)
    return {
      core::error{core::ec::duplicate,
                  fmt::format("there is a queue '{}' already", x.spec.name)}};
  if (!number) {
    number = admissions_->add_queue(x.spec);
    queues_.resize(*number + 1);
    core::event added;
    added.at = env_.now();
    added.kind = core::event_kind::queue_added;
    added.subject = x.spec.name;
    registry_->actions().events.push_back(std::move(added));
  }
  if (x.is_restarted)
    recover_queue(*number, x.queue);
  if (!bars_.bars.empty())
    compat::send(self_, x.queue, bars_);
  queues_[*number] = std::move(x.queue);
  flush();
  return {};
}

void manager_state::listeners_changed(bool has_listeners) {
  has_listeners_ = has_listeners;
  if (!has_listeners_)
    return;
  // With a journal what the registry has is not safe yet.
  auto& all = memory_->intake ? unpublished_ : registry_->actions().events;
  compat::send(self_, bus_, messages::publish_events{std::exchange(all, {})});
}

void manager_state::pass_on(messages::allow_probe x) {
  auto number = registry_->queue_number(x.queue);
  if (number && queues_[*number])
    compat::send(self_, queues_[*number], std::move(x));
}

void manager_state::bar(messages::bar_circuits& x) {
  bars_ = std::move(x);
  for (auto& queue : queues_)
    if (queue)
      compat::send(self_, queue, bars_);
}

// -- passing on ---------------------------------------------------------------

void manager_state::flush_soon() {
  if (is_flush_due_)
    return;
  is_flush_due_ = true;
  compat::send(self_, caf::actor_cast<manager_impl>(self_), flush_due{});
}

void manager_state::flush() {
  auto now = env_.now();
  std::vector<core::admissions::verdict> verdicts;
  if (!admissions_->is_empty())
    verdicts = admissions_->release(now);
  for (auto& x : verdicts)
    if (auto spec = registry_->spec_of(x.task); spec && x.accepted)
      audit_replays({spec}, kept_.at(x.number).by);
  if (memory_->intake)
    record();
  std::vector<done_promise> idle;
  if (!idle_waiters_.empty() && registry_->stats().unended() == 0)
    idle = std::exchange(idle_waiters_, {});
  if (is_safe())
    tell(registry_->actions(), std::move(verdicts),
         std::exchange(acknowledgements_, {}), std::move(idle));
  else
    keep_back(std::move(verdicts), std::move(idle));
  deadlines_.set(self_,
                 core::earliest(registry_->next_deadline(),
                                admissions_->next_deadline()),
                 now);
  clean_up_soon(now);
}

void manager_state::clean_up_soon(core::time_point now) {
  auto& stats = registry_->stats();
  // Who is to be told of an end has not been told yet.
  if (stats.total == stats.unended() || !is_safe())
    return;
  registry_->clean_up(now);
  if (!is_clean_up_due_) {
    is_clean_up_due_ = true;
    compat::send_later(self_, clean_up_interval, clean_up_due{});
  }
}

void manager_state::tell(core::registry_actions& actions,
                         std::vector<core::admissions::verdict> verdicts,
                         std::vector<acknowledgement> acknowledgements,
                         std::vector<done_promise> idle) {
  tell_queues(actions);
  // The verdicts go with them; what has gathered since is not safe yet.
  std::swap(acknowledgements_, acknowledgements);
  tell_kept(std::move(verdicts));
  std::swap(acknowledgements_, acknowledgements);
  for (auto& x : acknowledgements)
    compat::send(self_, x.client, std::move(x.what));
  if (!actions.answers.empty())
    tell_answers(std::exchange(actions.answers, {}));
  if (!actions.watched.empty())
    tell_watchers(std::exchange(actions.watched, {}));
  publish(actions.events);
  for (auto& promise : idle)
    promise.deliver(messages::done{});
}

void manager_state::tell_queues(core::registry_actions& actions) {
  for (size_t i = 0; i < actions.queues.size(); ++i) {
    auto& line = actions.queues[i];
    // One that is being started again will be told all.
    if (!queues_[i])
      continue;
    if (!line.enqueue.empty())
      compat::send(self_, queues_[i],
                   messages::enqueue_tasks{std::exchange(line.enqueue, {})});
    if (!line.withdraw.empty())
      compat::send(self_, queues_[i],
                   messages::withdraw_tasks{std::exchange(line.withdraw, {})});
  }
}

void manager_state::tell_watchers(std::vector<core::task_id> ended) {
  std::vector<std::pair<messages::task_watcher_actor, messages::tasks_ended>>
    reports;
  for (auto& id : ended) {
    auto i = watchers_.find(id);
    if (i == watchers_.end())
      continue;
    for (auto& [who, as] : i->second) {
      auto known = std::ranges::find(reports, who,
                                     [](auto& x) { return x.first; });
      if (known == reports.end()) {
        reports.emplace_back(who, messages::tasks_ended{});
        known = std::prev(reports.end());
      }
      auto& report = known->second;
      if (report.records.empty() || report.records.back().id() != id)
        if (auto record = registry_->get(id))
          report.records.push_back(*std::move(record));
      if (as != id)
        report.repeated.push_back({as, id});
    }
    watchers_.erase(i);
  }
  for (auto& [who, report] : reports)
    compat::send(self_, who, std::move(report));
}

void manager_state::publish(std::vector<core::event>& events) {
  auto* all = &events;
  if (memory_->intake) {
    std::ranges::move(std::exchange(events, {}),
                      std::back_inserter(unpublished_));
    all = &unpublished_;
  }
  if (all->empty() || (!has_listeners_ && all->size() < idle_events_max))
    return;
  compat::send(self_, bus_, messages::publish_events{std::exchange(*all, {})});
}

void manager_state::clean_up() {
  is_clean_up_due_ = false;
  if (is_safe())
    forget_askers();
  flush();
}

void manager_state::expire() {
  auto now = env_.now();
  deadlines_.fired(now);
  registry_->expire(now);
  flush();
}

manager_impl::behavior_type
manager(manager_impl::stateful_pointer<manager_state> self,
        const environment& env, messages::event_bus_actor bus,
        std::shared_ptr<manager_memory> memory) {
  return compat::state_of(self).make_behavior(env, std::move(bus),
                                              std::move(memory));
}

} // namespace troupe::actors
