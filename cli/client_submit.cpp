#include "cli/client_commands.hpp"
#include "cli/client_view.hpp"
#include "cli/exit_status.hpp"
#include "cli/output_files.hpp"
#include "cli/pipeline_source.hpp"
#include "cli/plan.hpp"
#include "cli/remote_run.hpp"
#include "cli/report.hpp"
#include "cli/summary.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <random>

namespace troupe::cli {

namespace {

core::time_point system_time() {
  return std::chrono::time_point_cast<core::duration>(
    std::chrono::system_clock::now());
}

/// The tasks of a file; nothing if it cannot be read, which has been said.
std::optional<pipeline> load(const client_task& x) {
  auto text = read_source(x.options.file);
  if (!text) {
    x.console.complain(fmt::format("troupe: {}\n", text.error().message));
    return std::nullopt;
  }
  mistakes found;
  auto result = load_pipeline(
    *text, make_load_options(x.options.file, x.options.settings), found);
  if (!result)
    x.console.complain(render_mistakes(x.options.file, found));
  return result;
}

int print_submitted(const client_task& x, const pipeline& p, const plan& tasks,
                    const core::json& answer) {
  if (x.options.is_json)
    return x.print_json(answer);
  x.console.print(fmt::format("submitted {} task{} of '{}'\n",
                              tasks.tasks.size(),
                              tasks.tasks.size() == 1 ? "" : "s", p.name));
  table list{{{"id"}, {"task", false, true}}};
  for (auto& task : tasks.tasks)
    list.add({core::to_string(task.spec.id), task.spec.name});
  x.console.print(list.render(x.console.width, x.console.color));
  return exit_completed;
}

int print_end(const client_task& x, const followed_run& run,
              const plan& tasks) {
  auto report = make_report(run.outcome, tasks);
  auto is_written = true;
  if (!x.options.report.empty())
    if (auto written = write_file(
          x.options.report,
          report.dump(2, ' ', false, core::json::error_handler_t::replace)
            + "\n");
        !written) {
      x.console.complain(fmt::format("troupe: {}\n", written.error().message));
      is_written = false;
    }
  if (x.options.is_json)
    x.print_json(report);
  else
    x.console.print(
      "\n" + render_summary(run.outcome, x.console.width, x.console.color));
  if (run.signal != 0) {
    x.console.complain("troupe: interrupted; the tasks go on without this "
                       "('troupe cancel' ends them)\n");
    return exit_signal + run.signal;
  }
  return run.outcome.has_failed() || !is_written ? exit_failed : exit_completed;
}

display_kind display_of(const client_options& x) {
  if (!x.is_watching || x.is_json)
    return display_kind::none;
  return is_terminal(STDOUT_FILENO) ? display_kind::live : display_kind::lines;
}

int submit_file(const client_task& x) {
  auto p = load(x);
  if (!p)
    return exit_usage;
  if (!x.options.report.empty())
    if (auto possible = check_writable(x.options.report); !possible)
      return refuse(x.console,
                    {core::ec::invalid_argument, possible.error().message});
  core::task_id_generator ids{std::random_device{}()};
  auto tasks = make_plan(*p, [&] { return ids.next(system_time()); });
  run_model model{tasks};
  auto display = make_display(display_of(x.options), p->name, system_time(),
                              x.console.color);
  remote_run run{x, *p, tasks, model, *display};
  auto accepted = run.submit();
  if (!accepted)
    return refuse(x.console, accepted.error());
  if (!x.options.is_waiting)
    return print_submitted(x, *p, tasks, *accepted);
  auto followed = run.follow();
  if (!followed) {
    display->finish();
    return refuse(x.console, followed.error());
  }
  return print_end(x, *followed, tasks);
}

/// Shows the task, which has ended.
int print_task(const client_task& x, const std::string& id) {
  auto task = x.call("tasks.get", {{"task", id}});
  if (!task)
    return refuse(x.console, task.error());
  if (x.options.is_json)
    x.print_json(*task);
  else
    x.console.print(render_task_details(*task));
  return task->value("status", "") == "completed" ? exit_completed
                                                  : exit_failed;
}

int submit_task(const client_task& x) {
  auto accepted = x.call("tasks.submit", {{"task", x.options.arguments}});
  if (!accepted)
    return refuse(x.console, accepted.error());
  auto id = accepted->at("ids").at(0).get<std::string>();
  if (!x.options.is_waiting) {
    if (x.options.is_json)
      return x.print_json(*accepted);
    auto is_new = accepted->value("is_new", true);
    x.console.print(
      fmt::format("{} {}\n", is_new ? "submitted" : "was there already:", id));
    return exit_completed;
  }
  if (auto status = watch_tasks(x, {id},
                                x.options.is_watching && !x.options.is_json);
      status != exit_completed)
    return status;
  return print_task(x, id);
}

} // namespace

int run_submit(const client_task& x) {
  return x.options.file.empty() ? submit_task(x) : submit_file(x);
}

} // namespace troupe::cli
