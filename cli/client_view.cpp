#include "cli/client_view.hpp"

#include "cli/plain_log.hpp"
#include "cli/run_outcome.hpp"
#include "cli/table.hpp"
#include "cli/text_width.hpp"
#include "control/records.hpp"
#include "core/iso_time.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

namespace troupe::cli {

namespace {

constexpr size_t key_width = 14;

/// A field as text: what is no string as JSON; empty if it is not there.
std::string field(const core::json& from, const char* name) {
  if (!from.is_object())
    return {};
  auto i = from.find(name);
  if (i == from.end() || i->is_null())
    return {};
  return i->is_string()
           ? i->get<std::string>()
           : i->dump(-1, ' ', false, core::json::error_handler_t::replace);
}

/// A list of texts, or an object of them, on a line.
std::string joined(const core::json& from, const char* name) {
  if (!from.is_object() || !from.contains(name))
    return {};
  std::vector<std::string> parts;
  for (auto& [key, value] : from.at(name).items())
    parts.push_back(
      from.at(name).is_object()
        ? fmt::format("{}={}", key, field(from.at(name), key.c_str()))
        : (value.is_string() ? value.get<std::string>() : value.dump()));
  return fmt::format("{}", fmt::join(parts, ", "));
}

bool flag(const core::json& from, const char* name) {
  return field(from, name) == "true";
}

std::string titled(std::string_view key, const std::string& value) {
  return value.empty()
           ? ""
           : fmt::format("{}{}\n", fit(key, key_width), printable(value));
}

std::string took(const core::json& task) {
  auto i = task.find("seconds");
  return i != task.end() && i->is_number() ? format_time(
           core::duration{std::llround(i->get<double>() * 1'000'000'000)})
                                           : "-";
}

paint paint_for(std::string_view status) {
  if (status == "completed" || status == "idle" || status == "closed"
      || status == "alive")
    return paint::green;
  if (status == "failed" || status == "open" || status == "dead")
    return paint::red;
  if (status == "running" || status == "busy")
    return paint::blue;
  return paint::yellow;
}

std::string reason_of(const core::json& task) {
  auto status = field(task, "status");
  auto reason = field(task, "reason");
  return reason.empty() ? status : fmt::format("{} ({})", status, reason);
}

std::string error_of(const core::json& task) {
  auto i = task.find("error");
  if (i == task.end() || !i->is_object())
    return {};
  return field(*i, "code") + ": " + field(*i, "message");
}

std::string as_block(const core::json& x) {
  return x.dump(2, ' ', false, core::json::error_handler_t::replace);
}

/// `none`, if there are none.
std::string or_none(const table& x, std::string_view what, size_t width,
                    const palette& color) {
  return x.empty() ? fmt::format("no {}\n", what) : x.render(width, color);
}

} // namespace

std::string render_task_list(const core::json& tasks, size_t width,
                             const palette& color) {
  table result{{{"id"},
                {"task", false, true},
                {"status"},
                {"priority", true},
                {"time", true},
                {"queue", false, true},
                {"agent", false, true}}};
  for (auto& x : tasks)
    result.add({field(x, "id"), field(x, "name"), reason_of(x),
                field(x, "priority"), took(x), field(x, "queue"),
                field(x, "agent")});
  return or_none(result, "tasks", width, color);
}

std::string render_task_details(const core::json& task) {
  auto result
    = titled("task", field(task, "name")) + titled("id", field(task, "id"))
      + titled("status", reason_of(task)) + titled("why", error_of(task))
      + titled("description", field(task, "description"))
      + titled("capabilities", joined(task, "capabilities"))
      + titled("priority", field(task, "priority"))
      + titled("queue", field(task, "queue"))
      + titled("owner", field(task, "owner"))
      + titled("tags", joined(task, "tags"))
      + titled("metadata", joined(task, "metadata"))
      + titled("parent", field(task, "parent"))
      + titled("again for", field(task, "replay_of"))
      + titled("attempts", field(task, "attempt"))
      + titled("agent", field(task, "agent"))
      + titled("submitted", field(task, "created"))
      + titled("started", field(task, "started"))
      + titled("ended", field(task, "finished"))
      + titled("progress", field(task, "progress"))
      + titled("note", field(task, "progress_note"));
  for (auto& x : task.value("dependencies", core::json::array()))
    result += titled("needs", field(x, "task"));
  if (task.contains("parameters"))
    result += "parameters\n" + as_block(task.at("parameters")) + "\n";
  if (task.contains("result"))
    result += "result\n" + as_block(task.at("result")) + "\n";
  for (auto& x : task.value("history", core::json::array())) {
    auto detail = field(x, "detail");
    result
      += printable(fmt::format("{}  {}{}", field(x, "at"), field(x, "kind"),
                               detail.empty() ? "" : ": " + detail))
         + "\n";
  }
  return result;
}

std::string render_questions(const core::json& inputs) {
  std::string result;
  for (auto& x : inputs) {
    result += titled("task", field(x, "name")) + titled("id", field(x, "task"))
              + titled("asks", field(x, "prompt"))
              + titled("takes", field(x, "schema"))
              + titled("since", field(x, "asked"))
              + titled("until", field(x, "deadline")) + "\n";
  }
  return result.empty() ? "no task asks anything\n" : result;
}

std::string render_queues(const core::json& queues, size_t width,
                          const palette& color) {
  table result{{{"queue", false, true},
                {"state"},
                {"ready", true},
                {"delayed", true},
                {"running", true},
                {"at most", true},
                {"ended", true}}};
  for (auto& x : queues) {
    auto most = field(x, "max_concurrent");
    result.add({field(x, "name"),
                flag(x, "is_paused")                ? "paused"
                : field(x, "auto_start") == "false" ? "manual"
                                                    : "open",
                field(x, "ready"), field(x, "delayed"), field(x, "running"),
                most == "0" ? "-" : most, field(x, "ended")});
  }
  return or_none(result, "queues", width, color);
}

std::string render_agents(const core::json& agents, size_t width,
                          const palette& color) {
  table result{{{"agent", false, true},
                {"status"},
                {"running", true},
                {"slots", true},
                {"capabilities", false, true},
                {"labels", false, true},
                {"note", false, true}}};
  for (auto& x : agents)
    result.add(
      {field(x, "id"), flag(x, "is_paused") ? "paused" : field(x, "status"),
       field(x, "running"), field(x, "max_concurrent"),
       joined(x, "capabilities"), joined(x, "labels"), field(x, "note")});
  return or_none(result, "agents", width, color);
}

std::string render_nodes(const core::json& nodes, size_t width,
                         const palette& color) {
  table result{{{"node", false, true},
                {"state"},
                {"agents", true},
                {"running", true},
                {"address", false, true},
                {"labels", false, true}}};
  for (auto& x : nodes)
    result.add({field(x, "name"), field(x, "state"), field(x, "agents"),
                field(x, "running"), field(x, "address"), joined(x, "labels")});
  return or_none(result, "nodes", width, color);
}

std::string render_circuits(const core::json& circuits, size_t width,
                            const palette& color) {
  table result{{{"circuit", false, true},
                {"state"},
                {"calls", true},
                {"failures", true},
                {"until"},
                {"why", false, true}}};
  for (auto& x : circuits)
    result.add({field(x, "key"),
                flag(x, "is_forced") ? "forced open" : field(x, "state"),
                field(x, "calls"), field(x, "failures"), field(x, "until"),
                field(x, "why")});
  return or_none(result, "circuits", width, color);
}

std::string render_schedules(const core::json& schedules, size_t width,
                             const palette& color) {
  table result{{{"schedule", false, true},
                {"when", false, true},
                {"state"},
                {"next"},
                {"runs", true},
                {"skipped", true},
                {"missed", true}}};
  for (auto& x : schedules) {
    auto when = field(x, "cron");
    if (!when.empty())
      when += " " + field(x, "zone");
    else if (x.contains("every_seconds"))
      when = fmt::format("every {}s", field(x, "every_seconds"));
    else if (x.contains("after_seconds"))
      when = fmt::format("after {}s", field(x, "after_seconds"));
    else
      when = field(x, "at");
    auto next = x.value("next", core::json::array());
    result.add({field(x, "name"), when,
                flag(x, "is_paused")    ? "paused"
                : x.contains("running") ? "running"
                                        : "waiting",
                next.empty() ? "-" : next.front().get<std::string>(),
                field(x, "runs"), field(x, "skipped"), field(x, "missed")});
  }
  return or_none(result, "schedules", width, color);
}

std::string render_stats(const core::json& stats) {
  auto tasks = stats.value("tasks", core::json::object());
  auto agents = stats.value("agents", core::json::object());
  auto result = titled("tasks", field(tasks, "total"));
  for (auto* status : {"pending", "running", "paused", "input_required",
                       "completed", "failed", "cancelled"})
    result += titled(fmt::format("  {}", status), field(tasks, status));
  result += titled("dead letters", field(tasks, "dead_letters"))
            + titled("accepted", field(tasks, "submitted"))
            + titled("agents", field(agents, "total"))
            + titled("  offline", field(agents, "offline"))
            + titled("  slots", field(agents, "slots"));
  if (auto journal = stats.find("journal"); journal != stats.end()) {
    auto trouble = journal->value("trouble", core::json::object());
    result += titled("journal", trouble.empty() ? "writes"
                                                : field(trouble, "code") + ": "
                                                    + field(trouble, "message"))
              + titled("  commits", field(*journal, "commits"));
  }
  return result;
}

std::string render_event(const core::json& event, const std::string& name,
                         const palette& color) {
  auto kind = field(event, "kind");
  auto at = core::parse_time(field(event, "at"));
  auto word = kind.starts_with("task_") ? kind.substr(5) : kind;
  auto task = field(event, "task");
  auto subject = field(event, "subject");
  auto text = field(event, "text");
  auto result = fmt::format("[{}] {}", at ? clock_time(*at) : "--:--:--",
                            color(paint_for(word), fit(word, 16)));
  if (!task.empty())
    result += fmt::format(" {} {}", printable(name), task);
  if (!subject.empty())
    result += " " + printable(subject);
  if (kind == "task_progress")
    result += fmt::format(" {}%", field(event, "progress"));
  if (!text.empty())
    result += ": " + printable(text);
  if (event.contains("data"))
    result += " " + printable(field(event, "data"));
  return result;
}

} // namespace troupe::cli
