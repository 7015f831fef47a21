#include "cli/run_command.hpp"

#include "cli/dry_run.hpp"
#include "cli/file_journal.hpp"
#include "cli/graph_dot.hpp"
#include "cli/output_files.hpp"
#include "cli/pipeline_file.hpp"
#include "cli/pipeline_run.hpp"
#include "cli/pipeline_source.hpp"
#include "cli/plan.hpp"
#include "cli/report.hpp"
#include "cli/resume.hpp"
#include "cli/run_display.hpp"
#include "cli/signals.hpp"
#include "cli/summary.hpp"
#include "cli/terminal.hpp"
#include "cli/trace.hpp"
#include "core/async.hpp"
#include "storage/sqlite_journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <thread>

namespace troupe::cli {

namespace {

namespace fs = std::filesystem;

void print_error(std::string_view message) {
  write_all(STDERR_FILENO, fmt::format("troupe: {}\n", message));
}

/// Before hours of work rather than after them.
bool can_write_outputs(const run_options& options) {
  auto result = true;
  for (auto path :
       {&options.report, &options.events, &options.trace, &options.graph})
    if (!path->empty())
      if (auto possible = check_writable(*path); !possible) {
        print_error(possible.error().message);
        result = false;
      }
  return result;
}

/// False if one could not be written, which has been said.
bool write_outputs(const run_options& options, const run_outcome& outcome,
                   const run_model& model, const plan& tasks) {
  auto is_good = true;
  auto note = [&](const core::result<void>& written) {
    if (!written) {
      print_error(written.error().message);
      is_good = false;
    }
  };
  auto dump = [](const core::json& x, int indent) {
    return x.dump(indent, ' ', false, core::json::error_handler_t::replace)
           + "\n";
  };
  if (!options.report.empty())
    note(write_file(options.report, dump(make_report(outcome, tasks), 2)));
  if (!options.trace.empty())
    note(write_file(
      options.trace,
      dump(make_trace(model, tasks, outcome.started, outcome.finished), -1)));
  if (!options.graph.empty())
    note(write_graph(options.graph, render_dot(outcome.name, outcome.groups,
                                               tasks, outcome.tasks)));
  return is_good;
}

display_kind choose_display(const run_options& options) {
  if (options.is_quiet)
    return display_kind::none;
  return options.has_progress && is_terminal(STDOUT_FILENO)
           ? display_kind::live
           : display_kind::lines;
}

void print_summary(const run_options& options, const run_outcome& outcome) {
  auto width = is_terminal(STDOUT_FILENO) ? measure_screen(STDOUT_FILENO).width
                                          : size_t{120};
  if (!options.is_quiet) {
    auto color = palette{wants_color(options.color, STDOUT_FILENO)};
    write_all(STDOUT_FILENO, "\n" + render_summary(outcome, width, color));
    return;
  }
  if (!outcome.has_failed())
    return;
  auto failed = outcome;
  std::erase_if(failed.tasks, [](auto& x) {
    return x.status == "completed" || x.status == "skipped";
  });
  auto color = palette{wants_color(options.color, STDERR_FILENO)};
  write_all(STDERR_FILENO, render_failures(failed, width, color)
                             + render_total(outcome, color) + "\n");
}

int dry_run(const run_options& options, const pipeline& p, const plan& tasks) {
  auto color = palette{wants_color(options.color, STDOUT_FILENO)};
  write_all(STDOUT_FILENO, render_dry_run(p, tasks, color));
  if (options.graph.empty())
    return exit_completed;
  std::vector<std::string> groups;
  for (auto& x : p.groups)
    groups.push_back(x.name);
  auto drawn = write_graph(options.graph,
                           render_dot(p.name, groups, tasks, {}));
  if (drawn)
    return exit_completed;
  print_error(drawn.error().message);
  return exit_failed;
}

core::time_point system_now() {
  return std::chrono::time_point_cast<core::duration>(
    std::chrono::system_clock::now());
}

/// How a journal knows the file from others.
std::string file_identity(const std::string& file) {
  std::error_code ignored;
  if (file == standard_input)
    return "stdin in " + fs::current_path(ignored).string();
  auto path = fs::weakly_canonical(fs::absolute(file, ignored), ignored);
  return path.empty() ? file : path.string();
}

struct opened_journal {
  std::shared_ptr<storage::journal> journal;
  resumption earlier;
};

/// Gives the tasks the ids of those that earlier runs have left.
core::result<opened_journal> open_journal(const run_options& options,
                                          plan& tasks, std::string run) {
  opened_journal result;
  if (options.journal.empty())
    return result;
  auto base = storage::open_sqlite_journal(options.journal);
  if (!base)
    return core::fail(std::move(base.error()));
  auto file = file_identity(options.file);
  auto earlier = resume(**base, tasks, file, run, options.is_fresh);
  if (!earlier)
    return core::fail(std::move(earlier.error()));
  if (auto done = end_outdated(**base, earlier->outdated, system_now()); !done)
    return core::fail(done.error());
  result.earlier = std::move(*earlier);
  std::vector<core::task_id> ended;
  for (auto& x : result.earlier.ended)
    ended.push_back(x.id());
  result.journal = std::make_shared<file_journal>(std::move(*base), file,
                                                  std::move(ended));
  return result;
}

core::result<finished_run> run_or_refuse(const pipeline& p, const plan& tasks,
                                         run_model& model,
                                         const run_surroundings& around) {
  try {
    return run_plan(p, tasks, model, around);
  } catch (const core::failure& x) {
    return core::fail(x.reason());
  }
}

int carry_out(const run_options& options, const pipeline& p, plan& tasks,
              std::string run) {
  signal_watch signals;
  auto opened = open_journal(options, tasks, std::move(run));
  if (!opened) {
    print_error(core::to_string(opened.error()));
    return exit_usage;
  }
  event_log events;
  if (auto opened = events.open(options.events); !opened) {
    print_error(opened.error().message);
    return exit_usage;
  }
  run_model model{tasks};
  auto display
    = make_display(choose_display(options), p.name, system_now(),
                   palette{wants_color(options.color, STDOUT_FILENO)});
  auto finished = run_or_refuse(p, tasks, model,
                                {signals, *display, events,
                                 options.max_parallel, options.is_fail_fast,
                                 opened->journal, std::move(opened->earlier)});
  if (!finished) {
    print_error(finished.error().message);
    return exit_usage;
  }
  auto is_written = write_outputs(options, finished->outcome, model, tasks);
  if (auto closed = events.close(); !closed) {
    print_error(closed.error().message);
    is_written = false;
  }
  print_summary(options, finished->outcome);
  if (finished->signal && !options.journal.empty() && !options.is_quiet)
    write_all(STDOUT_FILENO,
              fmt::format("The same command{} goes on from here: what was done "
                          "is in '{}'.\n",
                          options.is_fresh ? " without --fresh" : "",
                          options.journal));
  if (finished->signal)
    return 128 + *finished->signal;
  return finished->outcome.has_failed() || !is_written ? exit_failed
                                                       : exit_completed;
}

} // namespace

int run_command(const run_options& options) {
  auto text = read_source(options.file);
  if (!text) {
    print_error(text.error().message);
    return exit_usage;
  }
  mistakes found;
  auto p = load_pipeline(*text,
                         make_load_options(options.file, options.settings,
                                           options.max_parallel),
                         found);
  if (!p) {
    write_all(STDERR_FILENO, render_mistakes(options.file, found));
    return exit_usage;
  }
  if (!can_write_outputs(options))
    return exit_usage;
  core::task_id_generator ids{std::random_device{}()};
  auto now = system_now();
  auto tasks = make_plan(*p, [&] { return ids.next(now); });
  return options.is_dry_run
           ? dry_run(options, *p, tasks)
           : carry_out(options, *p, tasks, core::to_string(ids.next(now)));
}

} // namespace troupe::cli
