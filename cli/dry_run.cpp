#include "cli/dry_run.hpp"

#include "cli/text_width.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace troupe::cli {

namespace {

constexpr size_t name_columns_max = 40;

std::string count_of(size_t n, std::string_view noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
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
  return result + "\n";
}

} // namespace

std::string render_dry_run(const pipeline& p, const plan& tasks,
                           const palette& color) {
  auto result = color(paint::bold, printable(p.name))
                + fmt::format(": {} in {}\n",
                              count_of(tasks.tasks.size(), "task"),
                              count_of(tasks.stages, "stage"));
  for (auto& x : p.agents)
    result += fmt::format("  agent {}: {}, {}\n", x.spec.id,
                          count_of(x.spec.max_concurrent, "slot"),
                          fmt::join(x.spec.capabilities, ", "));
  for (auto& x : p.queues)
    result += describe_queue(x);
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
