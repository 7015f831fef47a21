#include "cli/client_commands.hpp"
#include "cli/client_view.hpp"
#include "cli/event_reader.hpp"
#include "cli/exit_status.hpp"
#include "cli/task_ids.hpp"
#include "core/event.hpp"
#include "core/task_state.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

namespace troupe::cli {

namespace {

/// How long an interruption may have to wait.
constexpr auto poll_time = std::chrono::seconds{1};

/// Of tasks that were seen; then they are asked for again.
constexpr size_t names_max = 10'000;

bool is_end(const std::string& kind) {
  return kind == "task_completed" || kind == "task_failed"
         || kind == "task_cancelled";
}

class watcher {
public:
  watcher(const client_task& x, std::vector<std::string> tasks, bool is_shown)
    : x_(x),
      is_shown_(is_shown),
      is_endless_(tasks.empty()),
      open_(tasks.begin(), tasks.end()),
      events_(x, std::move(tasks)) {
  }

  int run() {
    auto from = x_.options.arguments.find("from");
    auto has_past = from != x_.options.arguments.end();
    if (has_past)
      events_.start_at(from->get<uint64_t>());
    else if (auto begun = events_.begin(); !begun)
      return refuse(x_.console, begun.error());
    // The past is shown before it is asked who has ended.
    is_behind_ = !has_past;
    while (is_endless_ || !open_.empty()) {
      if (auto signal = x_.console.interruption(); signal != 0)
        return exit_signal + signal;
      if (is_behind_)
        if (auto good = look(); !good)
          return refuse(x_.console, good.error());
      if (!is_endless_ && open_.empty())
        break;
      auto batch = events_.next(poll_time);
      if (!batch)
        return refuse(x_.console, batch.error());
      if (batch->has_gap())
        tell_gap(*batch);
      for (auto& event : batch->events)
        show(event);
      is_behind_ = is_behind_ || has_past || batch->has_gap();
      has_past = false;
    }
    return exit_completed;
  }

private:
  /// Which have ended already; once more if the manager is away.
  core::result<void> look() {
    for (auto i = open_.begin(); i != open_.end();) {
      auto task = x_.call("tasks.get", {{"task", *i}});
      if (!task && task.error().code == core::ec::unavailable)
        return {};
      if (!task)
        return core::fail(std::move(task.error()));
      names_[*i] = task->value("name", "");
      auto status = core::parse_task_status(task->value("status", ""));
      i = status && core::is_end(*status) ? open_.erase(i) : std::next(i);
    }
    is_behind_ = false;
    return {};
  }

  void tell_gap(const event_reader::batch& x) const {
    if (is_shown_)
      x_.console.complain(
        x.is_other_log
          ? "troupe: the manager was started again; events before that may be "
            "missing\n"
          : fmt::format("troupe: {} events were missed\n", x.lost));
  }

  std::string name_of(const std::string& task) {
    if (task.empty())
      return {};
    if (auto known = names_.find(task); known != names_.end())
      return known->second;
    if (names_.size() >= names_max)
      names_.clear();
    auto record = x_.call("tasks.get", {{"task", task}});
    return names_[task] = record ? record->value("name", "") : "";
  }

  void show(const core::json& event) {
    auto task = event.value("task", "");
    if (is_shown_ && x_.options.is_json)
      x_.console.print(
        event.dump(-1, ' ', false, core::json::error_handler_t::replace)
        + "\n");
    else if (is_shown_)
      x_.console.print(render_event(event, name_of(task), x_.console.color)
                       + "\n");
    if (is_end(event.value("kind", "")))
      open_.erase(task);
  }

  const client_task& x_;
  bool is_shown_;
  bool is_endless_;
  /// What has happened before the next event is not known.
  bool is_behind_ = true;
  std::set<std::string> open_;
  event_reader events_;
  std::map<std::string, std::string> names_;
};

} // namespace

int watch_tasks(const client_task& x, std::vector<std::string> tasks,
                bool is_shown) {
  return watcher{x, std::move(tasks), is_shown}.run();
}

int run_watch(const client_task& x) {
  std::vector<std::string> tasks;
  for (auto& text : x.options.tasks) {
    auto id = find_task(x.manager, text);
    if (!id)
      return refuse(x.console, id.error());
    tasks.push_back(std::move(*id));
  }
  return watch_tasks(x, std::move(tasks), true);
}

} // namespace troupe::cli
