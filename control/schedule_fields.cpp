#include "control/schedule_fields.hpp"

#include "control/task_fields.hpp"

#include <array>

namespace troupe::control {

namespace {

constexpr std::array<const char*, 4> kinds = {"at", "after_seconds",
                                              "every_seconds", "cron"};

double seconds_of(core::duration x) {
  return std::chrono::duration<double>(x).count();
}

void add_time(core::json& to, const char* name, core::time_point x) {
  if (x != core::never)
    to[name] = core::to_string(x);
}

void set_times(core::json& to, const core::schedule_times& when) {
  if (auto* x = std::get_if<core::run_at>(&when)) {
    add_time(to, "at", x->at);
  } else if (auto* x = std::get_if<core::run_after>(&when)) {
    to["after_seconds"] = seconds_of(x->delay);
  } else if (auto* x = std::get_if<core::run_every>(&when)) {
    to["every_seconds"] = seconds_of(x->interval);
    add_time(to, "anchor", x->anchor);
  } else {
    auto& cron = std::get<core::run_cron>(when);
    to["cron"] = cron.expression;
    to["zone"] = cron.zone;
  }
}

core::json list_times(const std::vector<core::time_point>& times) {
  auto result = core::json::array();
  for (auto x : times)
    result.push_back(core::to_string(x));
  return result;
}

core::schedule_times read_times(object_reader& in) {
  auto at = in.time("at");
  auto after = in.seconds("after_seconds");
  auto every = in.seconds("every_seconds");
  auto anchor = in.time("anchor");
  auto cron = in.text("cron");
  auto zone = in.text("zone");
  auto count = 0;
  for (auto* kind : kinds)
    count += in.has(kind) ? 1 : 0;
  if (count != 1)
    in.complain("at", "or one of 'after_seconds', 'every_seconds' and 'cron' "
                      "says when it runs, and not several of them");
  if (in.has("anchor") && !in.has("every_seconds"))
    in.complain("anchor", "goes with 'every_seconds'");
  if (in.has("zone") && !in.has("cron"))
    in.complain("zone", "goes with 'cron'");
  if (at)
    return core::run_at{*at};
  if (after)
    return core::run_after{*after};
  if (every)
    return core::run_every{*every, anchor.value_or(core::never)};
  core::run_cron result{cron.value_or(""), {}};
  result.zone = zone.value_or("UTC");
  return result;
}

core::catch_up_settings read_catch_up(object_reader& outer) {
  core::catch_up_settings result;
  auto from = outer.any("catch_up");
  if (!from || from->is_null())
    return result;
  object_reader in{std::move(*from), outer.path("catch_up"), outer};
  result.policy
    = in.choice("policy", core::catch_up_policy_last).value_or(result.policy);
  result.late_max = in.seconds("late_max_seconds").value_or(result.late_max);
  result.runs_max
    = static_cast<uint32_t>(in.count("runs_max", 0, core::schedule_backlog_max)
                              .value_or(result.runs_max));
  in.refuse_others();
  return result;
}

core::task_spec read_template(object_reader& in) {
  in.require("task");
  auto from = in.any("task");
  if (!from || from->is_null())
    return {};
  auto task = read_task(std::move(*from), in.path("task"), in);
  for (auto& name : task.names)
    if (!name.empty())
      in.complain("task.dependencies", "of a schedule's task go by ids");
  return std::move(task.spec);
}

} // namespace

core::json to_json(const core::schedule_spec& x) {
  core::json result{{"name", x.name},
                    {"task", to_json(x.task)},
                    {"overlap", to_string(x.overlap)},
                    {"catch_up",
                     {{"policy", to_string(x.catch_up.policy)},
                      {"late_max_seconds", seconds_of(x.catch_up.late_max)},
                      {"runs_max", x.catch_up.runs_max}}}};
  if (!x.description.empty())
    result["description"] = x.description;
  set_times(result, x.when);
  if (x.overlap == core::overlap_policy::queue)
    result["queue_max"] = x.queue_max;
  if (x.jitter != core::duration::zero())
    result["jitter_seconds"] = seconds_of(x.jitter);
  add_time(result, "start", x.start);
  add_time(result, "end", x.end);
  if (x.max_runs != 0)
    result["max_runs"] = x.max_runs;
  return result;
}

core::json to_json(const core::schedule_info& x) {
  auto result = to_json(*x.spec);
  auto& state = x.state;
  result["is_paused"] = state.is_paused;
  add_time(result, "added", state.added);
  result["runs"] = state.runs;
  result["skipped"] = state.skipped;
  result["missed"] = state.missed;
  result["waiting"] = list_times(state.waiting);
  add_time(result, "last", state.last_nominal);
  add_time(result, "last_skipped", state.last_skipped);
  add_time(result, "due", x.due);
  result["next"] = list_times(x.next);
  if (!x.task.is_nil())
    result["running"] = core::to_string(x.task);
  return result;
}

core::schedule_spec read_schedule(core::json from, std::string where,
                                  object_reader& outer) {
  object_reader in{std::move(from), std::move(where), outer};
  core::schedule_spec result;
  in.require("name");
  result.name = in.text("name").value_or("");
  result.description = in.text("description").value_or("");
  result.task = read_template(in);
  result.when = read_times(in);
  result.overlap
    = in.choice("overlap", core::overlap_policy_last).value_or(result.overlap);
  result.queue_max
    = static_cast<uint32_t>(in.count("queue_max", 0, core::schedule_backlog_max)
                              .value_or(result.queue_max));
  result.catch_up = read_catch_up(in);
  result.jitter = in.seconds("jitter_seconds").value_or(result.jitter);
  result.start = in.time("start").value_or(result.start);
  result.end = in.time("end").value_or(result.end);
  result.max_runs = in.count("max_runs").value_or(0);
  result.is_paused = in.boolean("is_paused").value_or(false);
  in.refuse_others();
  return result;
}

} // namespace troupe::control
