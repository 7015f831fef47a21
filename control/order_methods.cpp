#include "control/dead_letter_fields.hpp"
#include "control/methods.hpp"
#include "control/task_fields.hpp"
#include "control/views.hpp"
#include "core/task_json.hpp"

#include <array>

namespace troupe::control {

namespace {

constexpr uint64_t inputs_max = 10'000;

core::result<core::json> cancel_task(request& x) {
  return with_task(x, [&](const core::task_id& id) {
    return done(x.around.troupe.cancel(id, x.by));
  });
}

core::result<core::json> pause_task(request& x) {
  return with_task(x, [&](const core::task_id& id) {
    return done(x.around.troupe.pause(id, x.by));
  });
}

core::result<core::json> resume_task(request& x) {
  return with_task(x, [&](const core::task_id& id) {
    return done(x.around.troupe.resume(id, x.by));
  });
}

core::result<core::json> set_task_priority(request& x) {
  x.arguments.require("priority");
  auto priority = read_priority(x.arguments, "priority");
  return with_task(x, [&](const core::task_id& id) {
    return done(x.around.troupe.set_priority(id, *priority, x.by));
  });
}

core::json refusals(const actors::replay_report& report) {
  auto result = core::json::array();
  for (auto& refused : report.refused)
    result.push_back({{"task", core::to_string(refused.dead_letter)},
                      {"error", core::to_json(refused.why)}});
  return result;
}

core::result<core::json> retry_tasks(request& x) {
  auto which = read_dead_letter_choice(x.arguments);
  auto edit = read_replay_edit(x.arguments);
  if (auto good = x.arguments.finish(); !good)
    return core::fail(std::move(good.error()));
  auto& troupe = x.around.troupe;
  if (!which.task.is_nil()) {
    auto id = troupe.replay_dead_letter(which.task, edit, x.by);
    if (!id)
      return core::fail(std::move(id.error()));
    return core::json{{"ids", {core::to_string(*id)}},
                      {"refused", core::json::array()}};
  }
  auto report = troupe.replay_dead_letters(std::move(which.query), edit, x.by);
  if (!report)
    return core::fail(std::move(report.error()));
  auto ids = core::json::array();
  for (auto& id : report->accepted)
    ids.push_back(core::to_string(id));
  return core::json{{"ids", std::move(ids)}, {"refused", refusals(*report)}};
}

core::result<core::json> provide_input(request& x) {
  auto answer = x.arguments.any("answer");
  if (!answer)
    x.arguments.complain("answer", "is missing");
  return with_task(x, [&](const core::task_id& id) {
    return done(x.around.troupe.provide_input(
      id, core::payload(std::move(*answer)), x.by));
  });
}

core::result<core::json> list_inputs(request& x) {
  auto limit = x.arguments.count("limit", 1, inputs_max).value_or(1000);
  if (auto good = x.arguments.finish(); !good)
    return core::fail(std::move(good.error()));
  auto inputs = x.around.troupe.pending_inputs(limit);
  if (!inputs)
    return core::fail(std::move(inputs.error()));
  return list_of("inputs", *inputs);
}

constexpr std::array<method, 7> order_table{{
  {"tasks.cancel", cancel_task},
  {"tasks.pause", pause_task},
  {"tasks.resume", resume_task},
  {"tasks.set_priority", set_task_priority},
  {"tasks.retry", retry_tasks},
  {"tasks.provide_input", provide_input},
  {"inputs.list", list_inputs},
}};

} // namespace

std::span<const method> order_methods() {
  return order_table;
}

} // namespace troupe::control
