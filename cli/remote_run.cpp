#include "cli/remote_run.hpp"

#include "control/records.hpp"
#include "control/task_fields.hpp"

#include <fmt/format.h>

#include <chrono>

namespace troupe::cli {

namespace {

/// How long a signal, or the view, may have to wait.
constexpr auto follow_time = std::chrono::milliseconds{250};

/// A manager that went away during a submission gets a minute to come back.
constexpr auto submit_rests_max = 60;

core::time_point now() {
  return std::chrono::time_point_cast<core::duration>(
    std::chrono::system_clock::now());
}

std::vector<std::string> ids_of(const plan& tasks) {
  std::vector<std::string> result;
  for (auto& x : tasks.tasks)
    result.push_back(core::to_string(x.spec.id));
  return result;
}

} // namespace

remote_run::remote_run(const client_task& x, const pipeline& p,
                       const plan& tasks, run_model& model,
                       run_display& display)
  : x_(x),
    pipeline_(p),
    plan_(tasks),
    model_(model),
    display_(display),
    events_(x, ids_of(tasks)) {
}

core::result<core::json> remote_run::submit() {
  started_ = now();
  if (auto begun = events_.begin(); !begun)
    return core::fail(std::move(begun.error()));
  auto list = core::json::array();
  for (auto& x : plan_.tasks)
    list.push_back(control::to_json(x.spec));
  core::json arguments{{"tasks", std::move(list)}};
  auto answer = x_.call("tasks.submit", arguments);
  if (answer || answer.error().code != core::ec::unavailable)
    return answer;
  x_.console.complain(
    fmt::format("troupe: {}; trying again\n", core::to_string(answer.error())));
  auto is_away = [&] {
    return !answer && answer.error().code == core::ec::unavailable
           && x_.console.interruption() == 0;
  };
  for (auto rests = 0; is_away() && rests < submit_rests_max; ++rests) {
    x_.console.rest(event_reader::away_rest);
    answer = x_.call("tasks.submit", arguments);
  }
  if (!answer && answer.error().code == core::ec::duplicate && was_accepted())
    return core::json{{"ids", ids_of(plan_)}};
  return answer;
}

/// By the manager before, which could not say so any more. All or none are.
bool remote_run::was_accepted() const {
  auto id = core::to_string(plan_.tasks.front().spec.id);
  return x_.call("tasks.get", {{"task", id}}).has_value();
}

bool remote_run::is_complete() const {
  auto counts = model_.counts();
  return counts.ended() == counts.total;
}

void remote_run::take(const core::json& from) {
  auto event = control::read_event(from);
  // Of a kind that only a newer manager knows.
  if (!event)
    return;
  model_.apply(*event);
  display_.show(*event, model_);
}

core::result<bool> remote_run::catch_up() {
  for (size_t i = 0; i < plan_.tasks.size(); ++i) {
    if (core::is_end(model_.tasks()[i].status))
      continue;
    auto shown = x_.call("tasks.get",
                         {{"task", core::to_string(plan_.tasks[i].spec.id)}});
    if (!shown && shown.error().code == core::ec::unavailable)
      return false;
    if (!shown)
      return core::fail(std::move(shown.error()));
    auto record = control::read_record(*shown);
    if (!record)
      return core::fail(std::move(record.error()));
    model_.apply(*record);
  }
  return true;
}

core::result<followed_run> remote_run::follow() {
  while (!is_complete()) {
    if (auto signal = x_.console.interruption(); signal != 0)
      return finish(signal);
    auto batch = events_.next(follow_time);
    if (!batch)
      return core::fail(std::move(batch.error()));
    for (auto& event : batch->events)
      take(event);
    is_behind_ = is_behind_ || batch->has_gap();
    if (is_behind_) {
      auto is_done = catch_up();
      if (!is_done)
        return core::fail(std::move(is_done.error()));
      is_behind_ = !*is_done;
    }
    display_.refresh(model_, now());
  }
  return finish(0);
}

std::vector<std::optional<core::task_record>> remote_run::collect_records() {
  std::vector<std::optional<core::task_record>> result;
  for (auto& id : ids_of(plan_)) {
    auto shown = x_.call("tasks.get", {{"task", id}});
    auto record = shown ? control::read_record(*shown)
                        : core::fail(std::move(shown.error()));
    result.push_back(record ? std::optional{std::move(*record)} : std::nullopt);
  }
  return result;
}

followed_run remote_run::finish(int signal) {
  display_.finish();
  followed_run result;
  result.signal = signal;
  auto& outcome = result.outcome;
  outcome.finished = now();
  outcome.started = started_;
  outcome.name = pipeline_.name;
  outcome.description = pipeline_.description;
  outcome.end = signal != 0 ? run_end::interrupted : run_end::finished;
  outcome.records = collect_records();
  outcome.tasks = make_outcomes(model_, outcome.records);
  for (auto& x : pipeline_.groups)
    outcome.groups.push_back(x.name);
  return result;
}

} // namespace troupe::cli
