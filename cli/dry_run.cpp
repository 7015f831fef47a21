#include "cli/dry_run.hpp"

#include "cli/text_width.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace troupe::cli {

namespace {

constexpr size_t name_columns_max = 40;

std::string count_of(size_t n, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", n, n == 1 ? one : many);
}

std::string count_of(size_t n, std::string_view noun) {
  return count_of(n, noun, std::string{noun} + "s");
}

/// "prepare, count (15 tasks)": a fan-out that is needed whole by its name.
std::string describe_needs(const pipeline& p, const plan& tasks,
                           const planned_task& task) {
  std::map<size_t, std::vector<size_t>> by_group;
  for (auto i : task.needs)
    by_group[tasks.tasks[i].group].push_back(i);
  std::vector<std::string> parts;
  for (auto& [group, members] : by_group) {
    auto& declared = p.groups[group];
    if (members.size() == declared.instances.size() && declared.is_fan_out)
      parts.push_back(fmt::format("{} ({})", declared.name,
                                  count_of(members.size(), "task")));
    else
      for (auto i : members)
        parts.push_back(tasks.tasks[i].spec.name);
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// What is not as it is by default.
std::string describe_limits(const core::task_spec& spec) {
  std::string result;
  auto add_time = [&](core::duration time, std::string_view what) {
    if (time > core::duration::zero())
      result += fmt::format(", {} {}", what, core::to_string(time));
  };
  if (spec.limits.attempt == core::duration::zero())
    result += ", no timeout";
  else if (spec.limits.attempt != core::time_limits{}.attempt)
    add_time(spec.limits.attempt, "timeout");
  add_time(spec.limits.heartbeat, "heartbeat");
  add_time(spec.limits.waiting, "waits at most");
  add_time(spec.limits.total, "in all at most");
  if (spec.retry.max_retries > 0)
    result += fmt::format(", {}",
                          count_of(spec.retry.max_retries, "retry", "retries"));
  if (!spec.concurrency_key.empty())
    result += fmt::format(", key {}", printable(spec.concurrency_key));
  if (!spec.resources.empty())
    result += fmt::format(", takes {}", core::describe(spec.resources));
  return result;
}

std::string describe_task(const pipeline& p, const plan& tasks,
                          const planned_task& task, size_t name_columns) {
  auto& spec = task.spec;
  auto result = fmt::format("  {}  {}  queue {}, priority {}",
                            fit(printable(spec.name), name_columns),
                            fit(spec.capabilities.front(), 13), spec.queue,
                            core::to_string(spec.priority));
  if (spec.capabilities.size() > 1)
    result += fmt::format(", requires {}",
                          fmt::join(spec.capabilities.begin() + 1,
                                    spec.capabilities.end(), ", "));
  if (!spec.agent.empty())
    result += fmt::format(
      ", {} agent {}",
      spec.wish == core::agent_wish::require ? "on" : "rather on", spec.agent);
  result += describe_limits(spec);
  if (!task.needs.empty())
    result += fmt::format(", after {}", describe_needs(p, tasks, task));
  if (!spec.condition.empty())
    result += fmt::format(", when {}", printable(spec.condition));
  return result + "\n";
}

std::string describe_queue(const queue_declaration& x) {
  auto& spec = x.spec;
  auto result = fmt::format("  queue {}: {}", spec.name,
                            spec.max_concurrent == 0
                              ? "as many at once as agents have slots"
                              : fmt::format("{} at once", spec.max_concurrent));
  if (!spec.auto_start)
    result += ", started when nothing else can run";
  if (spec.is_fair)
    result += ", fair";
  if (spec.aging > core::duration::zero())
    result += fmt::format(", a point more urgent every {}",
                          core::to_string(spec.aging));
  if (spec.rate)
    result += fmt::format(
      ", starts {}{}", core::to_string(spec.rate->limit),
      spec.rate->by == core::rate_scope::key ? " for each key" : "");
  if (spec.key_max != 1 || spec.at_key_max != core::key_policy::wait)
    result += fmt::format(", {} with one key (else: {})",
                          spec.key_max == 0 ? "any number"
                                            : std::to_string(spec.key_max),
                          core::to_string(spec.at_key_max));
  if (spec.waiting_max > 0)
    result += fmt::format(", at most {} waiting (else: {})", spec.waiting_max,
                          core::to_string(spec.when_full));
  return result + "\n";
}

std::string describe_agent(const agent_declaration& x) {
  auto result = fmt::format("  agent {}: {}, {}", x.spec.id,
                            count_of(x.spec.max_concurrent, "slot"),
                            fmt::join(x.spec.capabilities, ", "));
  if (!x.spec.resources.empty())
    result += fmt::format(", with {}", core::describe(x.spec.resources));
  return result + "\n";
}

std::string describe_circuits(const core::circuit_options& x) {
  auto& settings = x.settings;
  std::vector<std::string> trips;
  if (settings.failures_max > 0)
    trips.push_back(
      fmt::format("{} in a row", count_of(settings.failures_max, "failure")));
  if (settings.failure_rate > 0)
    trips.push_back(fmt::format("{:g} % of {} or more failures in {}",
                                settings.failure_rate * 100, settings.calls_min,
                                core::to_string(settings.window)));
  return fmt::format("  circuits by {}: open for {} after {}, meanwhile: {}\n",
                     core::to_string(x.scope),
                     core::to_string(settings.cool_down),
                     fmt::join(trips, ", or "), core::to_string(x.on_open));
}

} // namespace

std::string render_dry_run(const pipeline& p, const plan& tasks,
                           const palette& color) {
  auto result = color(paint::bold, printable(p.name))
                + fmt::format(": {} in {}\n",
                              count_of(tasks.tasks.size(), "task"),
                              count_of(tasks.stages, "stage"));
  for (auto& x : p.agents)
    result += describe_agent(x);
  for (auto& x : p.queues)
    result += describe_queue(x);
  for (auto& x : p.rate_limits)
    result += fmt::format("  {}, else: {}\n",
                          core::describe(x.limit, x.limit.only),
                          core::to_string(x.limit.when_exceeded));
  if (p.circuits)
    result += describe_circuits(*p.circuits);
  size_t name_columns = 0;
  for (auto& x : tasks.tasks)
    name_columns = std::max(name_columns, display_width(x.spec.name));
  name_columns = std::min(name_columns, name_columns_max);
  for (size_t stage = 0; stage < tasks.stages; ++stage) {
    result += color(paint::bold, fmt::format("stage {}", stage + 1)) + "\n";
    // The plan is in the order of the stages.
    for (auto& x : tasks.tasks)
      if (x.stage == stage)
        result += describe_task(p, tasks, x, name_columns);
  }
  return result;
}

} // namespace troupe::cli
