#include "cli/journal_view.hpp"

#include "cli/run_outcome.hpp"
#include "cli/text_width.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::cli {

namespace {

constexpr size_t id_width = 36;
constexpr size_t status_width = 14;
constexpr size_t time_width = 8;
constexpr size_t needs_shown_max = 10;

std::string line(std::string_view key, const std::string& value) {
  return value.empty() ? "" : fmt::format("{:<14}{}\n", key, value);
}

std::string time_text(core::time_point x) {
  return x == core::never ? "" : core::to_string(x);
}

std::string status_text(const core::task_record& x) {
  return x.was_skipped() ? "skipped" : std::string{core::to_string(x.status)};
}

std::string indented(const core::json& x) {
  return x.dump(2, ' ', false, core::json::error_handler_t::replace);
}

} // namespace

std::string render_info(const storage::journal_info& x) {
  auto ended = x.completed + x.failed + x.cancelled;
  return line("journal", x.place)
         + line("format", fmt::format("version {}", x.schema_version))
         + line("size", fmt::format("{} bytes", x.bytes))
         + line("tasks", std::to_string(x.unended + ended))
         + line("  not ended", std::to_string(x.unended))
         + line("  completed", std::to_string(x.completed))
         + line("  failed", std::to_string(x.failed))
         + line("  cancelled", std::to_string(x.cancelled))
         + line("dead letters", std::to_string(x.dead_letters))
         + line("audit entries", std::to_string(x.audit_entries))
         + line("commits", std::to_string(x.sequence));
}

core::json to_json(const storage::journal_info& x) {
  return {{"place", x.place},
          {"schema_version", x.schema_version},
          {"bytes", x.bytes},
          {"unended", x.unended},
          {"completed", x.completed},
          {"failed", x.failed},
          {"cancelled", x.cancelled},
          {"dead_letters", x.dead_letters},
          {"audit_entries", x.audit_entries},
          {"sequence", x.sequence}};
}

std::string render_verdict(const storage::journal_verdict& x) {
  auto result = fmt::format("{} tasks and {} audit entries read, {} "
                            "submissions compared: ",
                            x.tasks, x.audit_entries, x.submissions_compared);
  if (x.problems.empty())
    return result + "all is well\n";
  auto is_cut = x.problems.size() >= storage::journal_problems_max;
  result += fmt::format("{}{} wrong\n", is_cut ? "at least " : "",
                        x.problems.size());
  for (auto& problem : x.problems)
    result += "  " + printable(problem) + "\n";
  return result;
}

core::json to_json(const storage::journal_verdict& x) {
  return {{"tasks", x.tasks},
          {"audit_entries", x.audit_entries},
          {"submissions_compared", x.submissions_compared},
          {"problems", x.problems}};
}

std::string render_tasks(const std::vector<core::task_record>& tasks,
                         size_t width) {
  size_t name_width = 4;
  size_t queue_width = 5;
  for (auto& x : tasks) {
    name_width = std::max(name_width, display_width(x.name()));
    queue_width = std::max(queue_width, display_width(x.spec->queue));
  }
  queue_width = std::min(queue_width, size_t{20});
  auto others = id_width + status_width + time_width + queue_width + 8;
  name_width = std::min(name_width, std::max(width, others + 12) - others);
  auto row = [&](std::string_view id, std::string_view name,
                 std::string_view status, std::string_view time,
                 std::string_view queue) {
    return fmt::format("{}  {}  {}  {}  {}\n", fit(id, id_width),
                       fit(name, name_width), fit(status, status_width),
                       fit_right(time, time_width),
                       shorten(queue, queue_width));
  };
  auto result = row("id", "task", "status", "time", "queue");
  for (auto& x : tasks) {
    auto has_time = x.started != core::never && x.finished != core::never;
    result += row(core::to_string(x.id()), printable(x.name()), status_text(x),
                  has_time ? format_time(x.finished - x.started) : "-",
                  printable(x.spec->queue));
  }
  return result;
}

std::string render_task(const core::task_record& task) {
  auto& spec = *task.spec;
  auto result = line("task", printable(spec.name))
                + line("id", core::to_string(spec.id))
                + line("status", status_text(task));
  if (task.failure)
    result += line("why", printable(core::to_string(*task.failure)));
  result
    += line("capabilities",
            printable(fmt::format("{}", fmt::join(spec.capabilities, ", "))))
       + line("queue", printable(spec.queue))
       + line("owner", printable(spec.owner))
       + line("attempts", std::to_string(task.attempt))
       + line("agent", printable(task.agent))
       + line("submitted", time_text(task.created))
       + line("started", time_text(task.started))
       + line("ended", time_text(task.finished));
  auto shown = std::min(spec.dependencies.size(), needs_shown_max);
  for (size_t i = 0; i < shown; ++i)
    result += line("needs", core::to_string(spec.dependencies[i].task));
  if (auto more = spec.dependencies.size() - shown; more > 0)
    result += line("", fmt::format("and {} more", more));
  for (auto& [key, value] : spec.metadata)
    result += line("metadata", printable(fmt::format("{}: {}", key, value)));
  if (!spec.parameters.is_null())
    result += "parameters\n" + indented(spec.parameters.value()) + "\n";
  if (!task.result.is_null())
    result += "result\n" + indented(task.result.value()) + "\n";
  for (auto& x : task.history)
    result += fmt::format("{}  {}{}\n", core::to_string(x.at),
                          core::to_string(x.kind),
                          x.detail.empty() ? "" : ": " + printable(x.detail));
  return result;
}

std::string render_entry(const core::audit_record& x) {
  auto& entry = x.entry;
  return fmt::format(
    "{:>6}  {}  {:<8}  {}{}{}\n", x.sequence, core::to_string(entry.at),
    entry.action, entry.by.empty() ? "-" : printable(entry.by),
    entry.task.is_nil() ? "" : "  " + core::to_string(entry.task),
    entry.detail.empty() ? "" : "  " + printable(entry.detail));
}

core::json to_json(const core::audit_record& x) {
  auto& entry = x.entry;
  core::json result{{"sequence", x.sequence},
                    {"at", core::to_string(entry.at)},
                    {"by", entry.by},
                    {"action", entry.action}};
  if (!entry.task.is_nil())
    result["task"] = core::to_string(entry.task);
  if (!entry.detail.empty())
    result["detail"] = entry.detail;
  return result;
}

} // namespace troupe::cli
