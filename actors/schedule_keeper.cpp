#include "actors/schedule_keeper.hpp"

#include "core/nearest.hpp"
#include "core/schedule_codec.hpp"
#include "core/schedule_document.hpp"

#include <fmt/format.h>

#include <utility>

namespace troupe::actors {

namespace {

bool is_same_schedule(const core::schedule_spec& x,
                      const core::schedule_spec& y) {
  std::string one;
  std::string other;
  core::encode_schedule(x, one);
  core::encode_schedule(y, other);
  return one == other;
}

} // namespace

schedule_keeper_impl::behavior_type
schedule_keeper_state::make_behavior(const environment& env,
                                     std::shared_ptr<schedule_memory> memory,
                                     schedule_contacts contacts) {
  env_ = env;
  memory_ = std::move(memory);
  contacts_ = std::move(contacts);
  if (std::exchange(memory_->was_started, true)) {
    // What the last one told a manager that died with it was never written.
    for (auto& name : memory_->removed)
      persist(name);
    for (auto& [name, entry] : memory_->entries)
      changed_.insert(name);
  }
  if (memory_->has_begun)
    go_on();
  follow_up();
  return {
    [this](messages::add_schedule& x) { return add(x); },
    [this](const messages::remove_schedule& x) { return remove(x); },
    [this](const messages::pause_schedule& x) { return pause(x); },
    [this](const messages::resume_schedule& x) { return resume(x); },
    [this](messages::get_schedules x) {
      return messages::schedule_list{
        memory_->book.list(x.next_max, env_.now())};
    },
    [this](const messages::get_schedule& x) { return get(x); },
    [this](messages::begin_schedules) { return begin(); },
    [this](messages::stop_schedules) { return stop(); },
    [this](const messages::tasks_ended& x) { on_ended(x); },
    [this](timer_due) { on_timer(); },
  };
}

// -- commands -----------------------------------------------------------------

caf::result<messages::done>
schedule_keeper_state::add(messages::add_schedule& x) {
  auto name = x.spec.name;
  if (auto known = memory_->book.info(name, 0, env_.now())) {
    // Asked again by who was not answered, or by a program that starts anew.
    if (is_same_schedule(*known->spec, x.spec))
      return when_kept(name);
    return messages::done{
      core::error{core::ec::duplicate,
                  fmt::format("there is a schedule '{}' already, and it says "
                              "something else; remove it first",
                              name)}};
  }
  if (auto added = memory_->book.add(std::move(x.spec), env_.now()); !added)
    return messages::done{std::move(added).error()};
  memory_->entries.try_emplace(name);
  memory_->removed.erase(name);
  tell(core::event_kind::schedule_added, name);
  auto answer = when_kept(name, x.by, "add");
  follow_up();
  return answer;
}

caf::result<messages::done>
schedule_keeper_state::remove(const messages::remove_schedule& x) {
  auto& name = x.name;
  if (auto removed = memory_->book.remove(name); !removed)
    return messages::done{std::move(removed).error()};
  auto entry = memory_->entries.find(name);
  if (auto& task = entry->second.task)
    names_.erase(task->id);
  memory_->entries.erase(entry);
  memory_->removed.insert(name);
  refused_.erase(name);
  tell(core::event_kind::schedule_removed, name);
  auto answer = when_kept(name, x.by, "remove");
  follow_up();
  return answer;
}

caf::result<messages::done>
schedule_keeper_state::pause(const messages::pause_schedule& x) {
  auto& name = x.name;
  auto was_paused = is_paused(name);
  if (auto paused = memory_->book.pause(name); !paused)
    return messages::done{std::move(paused).error()};
  if (!was_paused)
    tell(core::event_kind::schedule_paused, name);
  auto answer = when_kept(name, x.by, "pause");
  follow_up();
  return answer;
}

caf::result<messages::done>
schedule_keeper_state::resume(const messages::resume_schedule& x) {
  auto& name = x.name;
  auto was_paused = is_paused(name);
  if (auto resumed = memory_->book.resume(name); !resumed)
    return messages::done{std::move(resumed).error()};
  if (was_paused)
    tell(core::event_kind::schedule_resumed, name);
  auto answer = when_kept(name, x.by, "resume");
  follow_up();
  return answer;
}

messages::schedule_found
schedule_keeper_state::get(const messages::get_schedule& x) const {
  if (auto info = memory_->book.info(x.name, x.next_max, env_.now()))
    return {{}, *std::move(info)};
  std::vector<std::string_view> names;
  for (auto& known : memory_->entries)
    names.emplace_back(known.first);
  return {core::error{core::ec::invalid_argument,
                      fmt::format("there is no schedule '{}'{}", x.name,
                                  core::did_you_mean(x.name, names))},
          {}};
}

messages::done schedule_keeper_state::begin() {
  if (!std::exchange(memory_->has_begun, true)) {
    go_on();
    follow_up();
  }
  return {};
}

messages::done schedule_keeper_state::stop() {
  memory_->is_stopping = true;
  return {};
}

// -- what is due --------------------------------------------------------------

bool schedule_keeper_state::hands_out() const noexcept {
  return memory_->has_begun && !memory_->is_stopping;
}

bool schedule_keeper_state::is_paused(std::string_view name) const {
  auto* state = memory_->book.state(name);
  return state != nullptr && state->is_paused;
}

void schedule_keeper_state::go_on() {
  for (auto& x : memory_->book.list(0, env_.now())) {
    if (!x.state.running)
      continue;
    auto& name = x.spec->name;
    auto& kept = memory_->entries.at(name).task;
    // A keeper before this one may have had more of it than is written.
    if (!kept || kept->id != x.task)
      kept = scheduled_task{*x.state.running, x.task};
    auto& task = *kept;
    task.is_unwanted = task.is_unwanted || x.state.is_cancelling;
    task.retry_at = core::never;
    task.at = stage::unsure;
    names_.emplace(task.id, name);
    watch(name, task);
  }
}

void schedule_keeper_state::follow_up() {
  auto now = env_.now();
  auto& book = memory_->book;
  while (hands_out()) {
    auto due = book.take_due(now);
    if (due.changed.empty())
      break;
    // The order in which the book has decided it.
    for (auto& name : due.changed)
      changed_.insert(std::move(name));
    for (auto& run : due.submit)
      begin_run(run);
    for (auto& run : due.cancel)
      cancel_run(run);
  }
  // Before what follows from it is submitted.
  for (auto& name : std::exchange(changed_, {})) {
    tell_counts(name);
    persist(name);
  }
  for (auto& name : std::exchange(begun_, {})) {
    auto& task = memory_->entries.at(name).task;
    if (task && task->at == stage::begun)
      submit(name, *task);
  }
  auto next = hands_out() ? book.next_due() : core::never;
  if (hands_out())
    for (auto& name : refused_)
      if (!is_paused(name))
        next = core::earliest(next, memory_->entries.at(name).task->retry_at);
  timer_.set(self_, next, now);
  if (!events_.empty())
    compat::send(self_, contacts_.bus,
                 messages::publish_events{std::exchange(events_, {})});
}

void schedule_keeper_state::on_timer() {
  auto now = env_.now();
  timer_.fired(now);
  auto refused = refused_;
  for (auto& name : refused) {
    auto& task = *memory_->entries.at(name).task;
    if (!hands_out() || is_paused(name) || task.retry_at > now)
      continue;
    refused_.erase(name);
    task.retry_at = core::never;
    if (task.at == stage::refused)
      submit(name, task);
    else
      watch(name, task);
  }
  follow_up();
}

// -- documents and events -----------------------------------------------------

core::document
schedule_keeper_state::document_of(const std::string& name) const {
  auto info = memory_->book.info(name, 0, env_.now());
  if (!info)
    return {"schedule", name, std::nullopt};
  return {"schedule", name,
          core::document_of(*info->spec, info->state, memory_->seed)};
}

void schedule_keeper_state::persist(const std::string& name) {
  // The answer is of no interest: it is written before what follows from it.
  if (memory_->is_durable)
    compat::anon_send(contacts_.manager,
                      messages::keep_document{document_of(name)});
}

caf::result<messages::done>
schedule_keeper_state::when_kept(const std::string& name, const std::string& by,
                                 std::string action) {
  if (!memory_->is_durable)
    return messages::done{};
  messages::keep_document order{document_of(name)};
  if (!action.empty())
    order.audit = {env_.now(), by, std::move(action), {}, "schedule " + name};
  return compat::delegate(self_, contacts_.manager, std::move(order));
}

void schedule_keeper_state::tell(core::event_kind kind, const std::string& name,
                                 std::string text, core::task_id task) {
  core::event happened;
  happened.at = env_.now();
  happened.kind = kind;
  happened.subject = name;
  happened.text = std::move(text);
  happened.task = task;
  events_.push_back(std::move(happened));
}

void schedule_keeper_state::tell_counts(const std::string& name) {
  auto* state = memory_->book.state(name);
  if (state == nullptr)
    return;
  auto& told = memory_->entries.at(name);
  if (auto more = state->skipped - told.skipped; more > 0)
    tell(core::event_kind::schedule_skipped, name,
         fmt::format("{}: the one before had not ended", more));
  if (auto more = state->missed - told.missed; more > 0)
    tell(core::event_kind::schedule_missed, name, std::to_string(more));
  told.skipped = state->skipped;
  told.missed = state->missed;
}

schedule_keeper_impl::behavior_type schedule_keeper(
  schedule_keeper_impl::stateful_pointer<schedule_keeper_state> self,
  const environment& env, std::shared_ptr<schedule_memory> memory,
  schedule_contacts contacts) {
  return compat::state_of(self).make_behavior(env, std::move(memory),
                                              std::move(contacts));
}

} // namespace troupe::actors
