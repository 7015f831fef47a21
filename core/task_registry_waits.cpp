// Tasks that wait for somebody outside: because he has paused them, or because
// their handlers have asked him something.

#include "core/input_schema.hpp"
#include "core/task_registry_entry.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::core {

result<uint32_t> task_registry::find_unended(const task_id& id) const {
  auto slot = find(id);
  if (slot == none)
    return fail(ec::unknown_task, fmt::format("no task {}", to_string(id)));
  auto& x = at(slot);
  if (is_end(x.status))
    return fail(ec::wrong_status,
                fmt::format("task '{}' has ended: it is {}", x.spec->name,
                            to_string(x.status)));
  return slot;
}

std::string task_registry::explain_wait(const entry& x) const {
  if (x.status == task_status::paused)
    return x.is_live ? fmt::format("is paused at a checkpoint of attempt {}; "
                                   "call resume()",
                                   x.attempt)
                     : "is paused; call resume()";
  auto& all = rare_of(x).questions;
  auto first = std::ranges::find_if(all, [](auto& q) { return q.open != 0; });
  return fmt::format("waits since {} for an answer to '{}'; call "
                     "provide_input()",
                     to_string(first->at), first->what.prompt);
}

// -- pauses -------------------------------------------------------------------

result<std::optional<task_registry::pause_order>>
task_registry::pause(const task_id& id, time_point now) {
  auto slot = find_unended(id);
  if (!slot)
    return fail(std::move(slot).error());
  auto& x = at(*slot);
  if (x.is_to_pause)
    return std::optional<pause_order>{};
  x.is_to_pause = true;
  touch(*slot);
  auto number = ++extras_of(x).pause;
  if (!x.is_live) {
    change(x, task_status::paused, x.reason);
    push_event(event_kind::task_paused, x, now);
    x.more->remember({now, history_kind::paused, x.attempt, {}});
  }
  return pause_order{x.is_enqueued ? std::optional{x.queue} : std::nullopt,
                     number};
}

result<task_registry::pause_order> task_registry::resume(const task_id& id,
                                                         time_point now) {
  auto slot = find_unended(id);
  if (!slot)
    return fail(std::move(slot).error());
  auto& x = at(*slot);
  if (!x.is_to_pause)
    return fail(ec::wrong_status,
                fmt::format("task '{}' is not paused: it is {}", x.spec->name,
                            to_string(x.status)));
  x.is_to_pause = false;
  touch(*slot);
  if (x.status == task_status::paused) {
    if (!x.is_live)
      change(x, task_status::pending, x.reason);
    else
      change(x, task_status::running, pending_reason::none);
    push_event(event_kind::task_resumed, x, now);
    x.more->remember({now, history_kind::resumed, x.attempt, {}});
    if (x.is_live && has_open_question(x))
      change(x, task_status::input_required, pending_reason::none);
  }
  return pause_order{x.is_enqueued ? std::optional{x.queue} : std::nullopt,
                     x.more->pause};
}

void task_registry::checkpoint_reached(const attempt_key& key, uint32_t number,
                                       time_point now) {
  auto slot = find(key);
  if (slot == none)
    return;
  auto& x = at(slot);
  // It may have been resumed meanwhile, or reach several at once.
  if (!x.is_to_pause || x.more->pause != number
      || x.status == task_status::paused)
    return;
  change(x, task_status::running, pending_reason::none);
  change(x, task_status::paused, pending_reason::none);
  push_event(event_kind::task_paused, x, now);
  x.more->remember({now, history_kind::paused, x.attempt, {}});
}

// -- questions ----------------------------------------------------------------

bool task_registry::has_open_question(const entry& x) noexcept {
  return std::ranges::any_of(rare_of(x).questions,
                             [](auto& q) { return q.open != 0; });
}

bool task_registry::is_asking(const task_id& id) const {
  auto slot = find(id);
  return slot != none && has_open_question(at(slot));
}

void task_registry::ask(const attempt_key& key, question what, time_point now) {
  auto slot = find(key);
  if (slot == none)
    return;
  auto& x = at(slot);
  auto& all = make_rare(x).questions;
  auto index = size_t{what.number};
  if (index >= all.size())
    all.resize(index + 1);
  auto& known = all[index];
  if (known.open != 0)
    return;
  if (known.is_answered && known.what.prompt == what.prompt
      && known.what.schema == what.schema) {
    actions_.answers.push_back({key, what.number, known.answer, {}});
    return;
  }
  known = {std::move(what), {}, now, key.number, ++last_question_, false};
  open_questions_.emplace(known.open, std::pair{key.task, index});
  auto& asked = known.what;
  if (asked.deadline != never) {
    questions_due_.add(asked.deadline, known.open);
    ++questions_with_deadline_;
  }
  if (x.status == task_status::running)
    change(x, task_status::input_required, pending_reason::none);
  auto& told = push_event(event_kind::task_input_required, x, now);
  told.text = asked.prompt;
  json data{{"number", asked.number}, {"schema", asked.schema.value()}};
  if (asked.deadline != never)
    data["deadline"] = to_string(asked.deadline);
  told.data = payload(std::move(data));
  x.more->remember(
    {now, history_kind::input_required, key.number, asked.prompt});
}

void task_registry::answer(uint32_t slot, size_t index, payload value,
                           error failure) {
  auto& x = at(slot);
  auto& asked = make_rare(x).questions[index];
  open_questions_.erase(std::exchange(asked.open, 0));
  if (asked.what.deadline != never) {
    --questions_with_deadline_;
    questions_due_.compact(questions_with_deadline_, [this](auto& item) {
      return open_questions_.contains(item.key);
    });
  }
  asked.is_answered = failure.code == ec::none;
  if (asked.is_answered) {
    asked.answer = value;
    touch(slot);
  }
  actions_.answers.push_back({{x.spec->id, asked.attempt},
                              asked.what.number,
                              std::move(value),
                              std::move(failure)});
  if (x.status == task_status::input_required && !has_open_question(x))
    change(x, task_status::running, pending_reason::none);
}

result<void> task_registry::provide(const task_id& id, payload value,
                                    time_point now) {
  auto slot = find_unended(id);
  if (!slot)
    return fail(std::move(slot).error());
  auto& x = at(*slot);
  if (!has_open_question(x))
    return fail(ec::wrong_status,
                fmt::format("task '{}' asks nothing: it is {}", x.spec->name,
                            to_string(x.status)));
  auto& all = make_rare(x).questions;
  size_t first = all.size();
  for (size_t i = 0; i < all.size(); ++i)
    if (all[i].open != 0
        && (first == all.size() || all[i].open < all[first].open))
      first = i;
  auto& asked = all[first].what;
  if (auto ok = check_value(asked.schema.value(), value.value()); !ok)
    return fail(ec::invalid_argument,
                fmt::format("the answer to '{}': {}", asked.prompt,
                            ok.error().message));
  push_event(event_kind::task_input_provided, x, now).text = asked.prompt;
  x.more->remember(
    {now, history_kind::input_provided, x.attempt, asked.prompt});
  answer(*slot, first, std::move(value), {});
  return {};
}

/// Their attempt is over.
void task_registry::close_questions(uint32_t slot) {
  auto& x = at(slot);
  if (!has_open_question(x))
    return;
  for (size_t i = 0; i < rare_of(x).questions.size(); ++i)
    if (rare_of(x).questions[i].open != 0)
      answer(slot, i, {}, {ec::cancelled, "the attempt is over"});
}

time_point task_registry::next_question_due() {
  auto* first = questions_due_.first(
    [this](auto& item) { return open_questions_.contains(item.key); });
  return first == nullptr ? never : first->due;
}

void task_registry::expire_questions(time_point now) {
  for (auto due = next_question_due(); due != never && due <= now;
       due = next_question_due()) {
    auto* first = questions_due_.first([](auto&) { return true; });
    auto [id, index] = open_questions_.at(first->key);
    auto slot = find(id);
    auto& asked = rare_of(at(slot)).questions[index];
    answer(slot, index, {},
           {ec::timeout,
            fmt::format("nobody answered '{}' within {}", asked.what.prompt,
                        to_string(asked.what.deadline - asked.at))});
  }
}

std::vector<pending_input> task_registry::pending_inputs(size_t limit) const {
  std::vector<pending_input> result;
  for (auto& [number, place] : open_questions_) {
    if (result.size() == limit)
      break;
    auto& x = at(find(place.first));
    auto& asked = rare_of(x).questions[place.second];
    result.push_back(
      {place.first, x.spec->name, asked.attempt, asked.what, asked.at});
  }
  return result;
}

} // namespace troupe::core
