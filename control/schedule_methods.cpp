#include "control/methods.hpp"
#include "control/schedule_fields.hpp"

#include <array>

namespace troupe::control {

namespace {

constexpr uint64_t next_max = 1000;
constexpr uint64_t next_shown = 5;

core::result<core::json> list_schedules(request& x) {
  auto next = x.arguments.count("next", 0, next_max).value_or(next_shown);
  auto name = x.arguments.text("schedule");
  if (auto good = x.arguments.finish(); !good)
    return core::fail(std::move(good.error()));
  if (name) {
    auto schedule = x.around.troupe.schedule(*name, next);
    if (!schedule)
      return core::fail(std::move(schedule.error()));
    return list_of("schedules", std::vector{std::move(*schedule)});
  }
  auto schedules = x.around.troupe.schedules(next);
  if (!schedules)
    return core::fail(std::move(schedules.error()));
  return list_of("schedules", *schedules);
}

core::result<core::json> add_schedule(request& x) {
  x.arguments.require("schedule");
  auto from = x.arguments.any("schedule");
  core::schedule_spec spec;
  if (from && !from->is_null())
    spec = read_schedule(std::move(*from), "schedule", x.arguments);
  if (auto good = x.arguments.finish(); !good)
    return core::fail(std::move(good.error()));
  if (spec.task.owner.empty())
    spec.task.owner = x.by;
  return done(x.around.troupe.add_schedule(std::move(spec), x.by));
}

core::result<core::json> remove_schedule(request& x) {
  return with_text(x, "schedule", [&](const std::string& name) {
    return x.around.troupe.remove_schedule(name, x.by);
  });
}

core::result<core::json> pause_schedule(request& x) {
  return with_text(x, "schedule", [&](const std::string& name) {
    return x.around.troupe.pause_schedule(name, x.by);
  });
}

core::result<core::json> resume_schedule(request& x) {
  return with_text(x, "schedule", [&](const std::string& name) {
    return x.around.troupe.resume_schedule(name, x.by);
  });
}

constexpr std::array<method, 5> schedule_table{{
  {"schedules.list", list_schedules},
  {"schedules.add", add_schedule},
  {"schedules.remove", remove_schedule},
  {"schedules.pause", pause_schedule},
  {"schedules.resume", resume_schedule},
}};

} // namespace

std::span<const method> schedule_methods() {
  return schedule_table;
}

} // namespace troupe::control
