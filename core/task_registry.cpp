// Long because it is all of the way of a task, from ready to its end.

#include "core/task_registry.hpp"

#include "core/condition.hpp"
#include "core/reference.hpp"
#include "core/task_registry_entry.hpp"

#include <fmt/format.h>

namespace troupe::core {

task_registry::task_registry(retention_settings retention)
  : retention_(retention), dead_(retention.dead_letters_max) {
}

task_registry::~task_registry() = default;

// -- surroundings -------------------------------------------------------------

uint32_t task_registry::add_line(const std::string& name) {
  auto number = static_cast<uint32_t>(lines_.size());
  auto [i, is_new] = line_numbers_.emplace(name, number);
  if (is_new) {
    lines_.emplace_back().name = name;
    actions_.queues.emplace_back();
  }
  return i->second;
}

uint32_t task_registry::add_queue(const queue_spec& spec) {
  auto has_tasks = line_numbers_.contains(spec.name);
  auto number = add_line(spec.name);
  auto& line = lines_[number];
  line.is_added = true;
  line.durability = spec.durability;
  line.waiting_max = spec.waiting_max;
  line.when_full = spec.when_full;
  line.key_max = spec.key_max;
  line.at_key_max = spec.at_key_max;
  has_key_rules_ = has_key_rules_ || spec.at_key_max != key_policy::wait;
  if (has_tasks)
    take_into_line(number);
  return number;
}

std::optional<uint32_t>
task_registry::queue_number(std::string_view name) const {
  auto i = line_numbers_.find(name);
  if (i == line_numbers_.end() || !lines_[i->second].is_added)
    return std::nullopt;
  return i->second;
}

const std::string& task_registry::queue_name(uint32_t number) const {
  return lines_[number].name;
}

void task_registry::name_agent(uint32_t number, std::string id) {
  if (number >= agents_.size())
    agents_.resize(number + 1);
  agents_[number] = std::move(id);
}

const std::string& task_registry::agent_name(uint32_t number) const noexcept {
  static const std::string unknown;
  if (number != none && number >= former_agent)
    return former_agents_[number - former_agent];
  return number < agents_.size() ? agents_[number] : unknown;
}

// -- bookkeeping --------------------------------------------------------------

uint32_t task_registry::take_slot() {
  if (!free_slots_.empty()) {
    auto slot = free_slots_.back();
    free_slots_.pop_back();
    return slot;
  }
  if ((slots_used_ & 1023) == 0)
    blocks_.push_back(std::make_unique<entry[]>(1024));
  return slots_used_++;
}

uint64_t& task_registry::count_of(task_status x) noexcept {
  switch (x) {
    case task_status::pending:
      return stats_.pending;
    case task_status::running:
      return stats_.running;
    case task_status::paused:
      return stats_.paused;
    case task_status::input_required:
      return stats_.input_required;
    case task_status::completed:
      return stats_.completed;
    case task_status::failed:
      return stats_.failed;
    case task_status::cancelled:
      break;
  }
  return stats_.cancelled;
}

void task_registry::change(entry& x, task_status to, pending_reason reason) {
  --count_of(x.status);
  ++count_of(to);
  x.status = to;
  x.reason = reason;
}

void task_registry::stop_waiting(entry& x) {
  if (!x.is_waiting)
    return;
  x.is_waiting = false;
  auto& line = lines_[x.queue];
  --line.waiting;
  if (!line.unbegun.empty())
    line.unbegun.erase({x.priority, x.position});
}

event& task_registry::push_event(event_kind kind, const entry& x,
                                 time_point now) {
  auto& added = actions_.events.emplace_back();
  added.at = now;
  added.kind = kind;
  added.task = x.spec->id;
  added.attempt = x.attempt;
  return added;
}

// -- a task's way -------------------------------------------------------------

void task_registry::make_ready(uint32_t slot, time_point now) {
  auto& x = at(slot);
  auto inputs = inputs_of(x);
  static const dependency_results no_inputs;
  auto& known = inputs ? *inputs : no_inputs;
  if (!x.spec->condition.empty()) {
    auto parsed = parse_condition(x.spec->condition);
    auto holds = parsed ? evaluate(*parsed, known)
                        : result<bool>{fail(parsed.error())};
    if (!holds) {
      end(slot, task_status::failed, {}, std::move(holds).error(), now);
      return;
    }
    if (!*holds) {
      end(slot, task_status::cancelled, {},
          error{ec::skipped,
                fmt::format("its condition is false: {}", x.spec->condition)},
          now);
      return;
    }
  }
  auto parameters = parameters_of(x, inputs.get(), parameter_bytes_max_);
  if (!parameters) {
    end(slot, task_status::failed, {}, std::move(parameters).error(), now);
    return;
  }
  if (!x.spec->dependencies.empty())
    push_event(event_kind::task_ready, x, now);
  // A process before this one may have found out.
  if (x.ready_at == never)
    x.ready_at = now;
  x.reason = pending_reason::queued;
  // The next process finds that out again.
  if (is_interrupted_)
    return;
  x.is_enqueued = true;
  if (auto limit = x.spec->limits.waiting; limit > duration::zero())
    starts_due_.add(slot, x.ready_at + limit);
  actions_.queues[x.queue].enqueue.push_back(
    {x.spec, *std::move(parameters), std::move(inputs),
     task_priority{x.priority}, x.ready_at, x.attempt, x.is_to_pause});
}

std::shared_ptr<const dependency_results>
task_registry::inputs_of(const entry& x) const {
  if (x.spec->dependencies.empty())
    return nullptr;
  auto results = std::make_shared<dependency_results>();
  results->reserve(x.spec->dependencies.size());
  for (auto& needed : x.spec->dependencies) {
    auto& from = at(find(needed.task));
    auto& added = results->emplace_back();
    added.task = needed.task;
    added.alias = needed.alias.empty() ? from.spec->name : needed.alias;
    added.status = from.status;
    added.result = from.result;
    if (from.status != task_status::completed && from.more)
      added.failure = rare_of(from).failure;
  }
  return results;
}

void task_registry::release_pins(entry& x) {
  if (!x.holds_pins)
    return;
  x.holds_pins = false;
  for (auto& needed : x.spec->dependencies) {
    auto slot = find(needed.task);
    --at(slot).pins;
    forget_if_kept(slot);
  }
}

void task_registry::started(const attempt_start& x) {
  auto slot = find(x.key.task);
  if (slot == none || is_end(at(slot).status) || is_interrupted_)
    return;
  // Whoever knew that the last one was over has died before it could say so.
  if (at(slot).is_live && at(slot).attempt != x.key.number)
    lost({x.key.task, at(slot).attempt}, x.at);
  auto& task = at(slot);
  if (task.status != task_status::running)
    change(task, task_status::running, pending_reason::none);
  if (task.attempt > 0 && task.attempt != x.key.number) {
    remember_first_start(task);
    extras_of(task).remember(
      {x.at, history_kind::started, x.key.number, agent_name(x.agent)});
  }
  task.attempt = x.key.number;
  task.agent = x.agent;
  task.is_live = true;
  touch(slot, false);
  starts_due_.erase(slot);
  if (task.started == never)
    task.started = x.at;
  stop_waiting(task);
  push_event(event_kind::task_started, task, x.at).subject
    = agent_name(x.agent);
}

void task_registry::ended(attempt_outcome&& x) {
  auto slot = find(x.key);
  if (slot == none) {
    ++stats_.outcomes_dropped;
    return;
  }
  auto& task = at(slot);
  // A thread it left at a checkpoint does not count.
  if (task.status == task_status::paused)
    change(task, task_status::running, pending_reason::none);
  // The queue says when it gave the task away, the agent when it began.
  if (x.started != never && task.attempt == 1)
    task.started = x.started;
  // Its queue has forgotten it.
  task.is_enqueued = false;
  auto is_success = x.is_success();
  end(slot, is_success ? task_status::completed : task_status::failed,
      std::move(x.result), std::move(x.failure), x.finished);
}

void task_registry::retried(attempt_retry&& x) {
  auto& key = x.failed.key;
  auto slot = find(key);
  if (slot == none) {
    ++stats_.outcomes_dropped;
    return;
  }
  auto& task = at(slot);
  if (x.failed.started != never && task.attempt == 1)
    task.started = x.failed.started;
  auto& more = extras_of(task);
  ++more.failures;
  more.retry_at = x.at;
  auto why = to_string(x.failed.failure);
  push_event(event_kind::task_retrying, task, x.failed.finished).text = why;
  extras_of(task).remember({x.failed.finished, history_kind::attempt_failed,
                            key.number, std::move(why)});
  wait_again(slot, pending_reason::backoff, x.failed.finished);
  cancel_children(slot, "failed", x.failed.finished);
}

void task_registry::wait_again(uint32_t slot, pending_reason reason,
                               time_point now) {
  close_questions(slot);
  auto& x = at(slot);
  auto is_new_pause = x.is_to_pause && x.status != task_status::paused;
  change(x, x.is_to_pause ? task_status::paused : task_status::pending, reason);
  x.is_live = false;
  touch(slot);
  x.progress = 0;
  x.is_waiting = true;
  ++lines_[x.queue].waiting;
  if (is_interrupted_ && x.is_enqueued)
    actions_.queues[x.queue].withdraw.push_back(x.spec->id);
  if (is_new_pause) {
    push_event(event_kind::task_paused, x, now);
    extras_of(x).remember({now, history_kind::paused, x.attempt, {}});
  }
}

void task_registry::lost(const attempt_key& key, time_point now) {
  auto slot = find(key);
  if (slot == none) {
    ++stats_.outcomes_dropped;
    return;
  }
  auto& task = at(slot);
  auto& more = extras_of(task);
  ++more.losses;
  more.remember(
    {now, history_kind::attempt_lost, key.number, agent_name(task.agent)});
  push_event(event_kind::task_retrying, task, now).text
    = "the attempt is lost: its agent is gone";
  wait_again(slot, pending_reason::queued, now);
  cancel_children(slot, "was lost", now);
}

void task_registry::end(uint32_t slot, task_status status, payload value,
                        error why, time_point now) {
  auto& x = at(slot);
  if (is_end(x.status))
    return;
  starts_due_.erase(slot);
  ends_due_.erase(slot);
  close_questions(slot);
  change(x, status, pending_reason::none);
  x.is_live = x.is_to_pause = false;
  stop_waiting(x);
  release_key(x);
  x.finished = now;
  touch(slot);
  x.result = std::move(value);
  if (status == task_status::completed)
    x.progress = 100;
  auto kind = event_kind::task_completed;
  if (status == task_status::failed)
    kind = event_kind::task_failed;
  else if (status == task_status::cancelled)
    kind = event_kind::task_cancelled;
  auto& added = push_event(kind, x, now);
  if (why.code != ec::none) {
    added.text = to_string(why);
    make_rare(x).failure = std::move(why);
  }
  if (x.is_enqueued)
    actions_.queues[x.queue].withdraw.push_back(x.spec->id);
  if (x.is_watched)
    actions_.watched.push_back(x.spec->id);
  if (status == task_status::failed && x.attempt > 0) {
    bury(slot);
  } else {
    release_pins(x);
    ended_.push_back(slot);
  }
  auto has_consequences = x.first_edge != none
                          || (status != task_status::completed
                              && !rare_of(x).children.empty());
  if (!has_consequences)
    return;
  unsettled_.push_back(slot);
  if (!is_settling_)
    settle(now);
}

void task_registry::settle(time_point now) {
  is_settling_ = true;
  while (!unsettled_.empty()) {
    auto slot = unsettled_.back();
    unsettled_.pop_back();
    release_dependents(slot, now);
    auto status = at(slot).status;
    if (status != task_status::completed)
      cancel_children(
        slot, status == task_status::failed ? "failed" : "was cancelled", now);
  }
  is_settling_ = false;
}

void task_registry::release_dependents(uint32_t slot, time_point now) {
  auto number = std::exchange(at(slot).first_edge, none);
  at(slot).last_edge = none;
  while (number != none) {
    auto current = edges_[number];
    edges_[number].next = free_edge_;
    free_edge_ = number;
    number = current.next;
    --at(current.dependent).unmet;
    forget_if_kept(current.dependent);
    dependency_ended(current.dependent, at(slot), current.policy, now);
  }
}

void task_registry::dependency_ended(uint32_t slot, const entry& dependency,
                                     on_failure policy, time_point now) {
  auto& x = at(slot);
  if (is_end(x.status))
    return;
  auto is_skipped = rare_of(dependency).failure.code == ec::skipped;
  if (dependency.status == task_status::completed || is_skipped
      || policy == on_failure::run) {
    if (x.unmet == 0)
      make_ready(slot, now);
    return;
  }
  auto text = fmt::format(
    "its dependency '{}' {}", dependency.spec->name,
    dependency.status == task_status::failed ? "failed" : "was cancelled");
  auto code = policy == on_failure::skip ? ec::skipped : ec::dependency_failed;
  end(slot, task_status::cancelled, {}, error{code, std::move(text)}, now);
}

/// Another attempt would submit them again, and nobody waits for them.
void task_registry::cancel_children(uint32_t slot, std::string_view why,
                                    time_point now) {
  if (rare_of(at(slot)).children.empty())
    return;
  auto children = std::exchange(make_rare(at(slot)).children, {});
  for (auto& id : children)
    if (auto child = find(id); child != none)
      end(child, task_status::cancelled, {},
          error{ec::cancelled,
                fmt::format("its parent '{}' {}", at(slot).spec->name, why)},
          now);
}

} // namespace troupe::core
