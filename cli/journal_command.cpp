#include "cli/journal_command.hpp"

#include "cli/journal_schedules.hpp"
#include "cli/journal_view.hpp"
#include "cli/resume.hpp"
#include "cli/run_command.hpp"
#include "cli/terminal.hpp"
#include "core/task_json.hpp"
#include "storage/journal_care.hpp"
#include "storage/journal_lines.hpp"
#include "storage/journal_replay.hpp"
#include "storage/process_user.hpp"
#include "storage/sqlite_journal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <utility>
#include <vector>

namespace troupe::cli {

namespace {

constexpr uint32_t page_max = 1000;
constexpr size_t output_bytes = 1 << 16;
constexpr std::string_view standard_file = "-";

int refuse(const core::error& why) {
  write_all(STDERR_FILENO, fmt::format("troupe: {}\n", core::to_string(why)));
  return exit_usage;
}

int print(std::string_view text) {
  return write_all(STDOUT_FILENO, text) ? exit_completed : exit_failed;
}

int print(const core::json& x, int indent) {
  return print(x.dump(indent, ' ', false, core::json::error_handler_t::replace)
               + "\n");
}

core::result<std::unique_ptr<storage::journal>>
open_to_read(const std::string& path) {
  storage::sqlite_options options;
  options.is_read_only = true;
  return storage::open_sqlite_journal(path, options);
}

int info(const journal_options& options) {
  auto journal = open_to_read(options.path);
  if (!journal)
    return refuse(journal.error());
  auto found = (*journal)->info();
  if (!found)
    return refuse(found.error());
  auto schedules = schedules_in(**journal);
  if (!schedules)
    return refuse(schedules.error());
  if (!options.is_json)
    return print(render_info(*found) + render_schedules(*schedules));
  auto all = to_json(*found);
  all["schedules"] = to_json(*schedules);
  return print(all, 2);
}

int verify(const journal_options& options) {
  auto verdict = storage::verify_journal(options.path);
  if (!verdict)
    return refuse(verdict.error());
  auto printed = options.is_json ? print(to_json(*verdict), 2)
                                 : print(render_verdict(*verdict));
  return verdict->problems.empty() ? printed : exit_failed;
}

int list(const journal_options& options) {
  auto journal = open_to_read(options.path);
  if (!journal)
    return refuse(journal.error());
  auto query = options.query;
  auto left = query.limit > 0 ? query.limit : UINT32_MAX;
  std::vector<core::task_record> tasks;
  for (;;) {
    query.limit = std::min(left, page_max);
    auto page = (*journal)->list(query);
    if (!page)
      return refuse(page.error());
    left -= static_cast<uint32_t>(page->tasks.size());
    query.after = page->next;
    if (options.is_json)
      // Page by page, so that all of a big journal needs no memory for all.
      for (auto& x : page->tasks)
        if (auto printed = print(core::to_json(x), -1);
            printed != exit_completed)
          return printed;
    if (!options.is_json)
      std::ranges::move(page->tasks, std::back_inserter(tasks));
    if (query.after.is_nil() || left == 0)
      break;
  }
  if (options.is_json)
    return exit_completed;
  auto width = is_terminal(STDOUT_FILENO) ? measure_screen(STDOUT_FILENO).width
                                          : size_t{120};
  auto text = render_tasks(tasks, width);
  if (!query.after.is_nil())
    text += fmt::format("There may be more: --after {}\n",
                        core::to_string(query.after));
  return print(text);
}

/// The newest with a name.
core::result<std::optional<core::task_record>>
find_by_name(storage::journal& in, const std::string& name) {
  std::optional<core::task_record> result;
  core::task_query query;
  query.name = name;
  query.limit = page_max;
  do {
    auto page = in.list(query);
    if (!page)
      return core::fail(std::move(page.error()));
    if (!page->tasks.empty())
      result = std::move(page->tasks.back());
    query.after = page->next;
  } while (!query.after.is_nil());
  return result;
}

core::result<std::optional<core::task_record>>
find_task(storage::journal& in, const std::string& id_or_name) {
  auto id = core::parse_task_id(id_or_name);
  if (!id)
    return find_by_name(in, id_or_name);
  auto image = in.find(*id);
  if (!image)
    return core::fail(std::move(image.error()));
  if (!*image)
    return std::nullopt;
  return core::to_record(std::move(**image));
}

int no_such_task(const std::string& path, const std::string& task) {
  write_all(STDERR_FILENO,
            fmt::format("troupe: no task '{}' in '{}'; 'troupe journal list' "
                        "has those that are there\n",
                        task, path));
  return exit_failed;
}

int show(const journal_options& options) {
  auto journal = open_to_read(options.path);
  if (!journal)
    return refuse(journal.error());
  auto task = find_task(**journal, options.task);
  if (!task)
    return refuse(task.error());
  if (!*task)
    return no_such_task(options.path, options.task);
  return options.is_json ? print(core::to_json(**task), 2)
                         : print(render_task(**task));
}

/// A page; all of it is gone through if the limit is more than one has.
int audit(const journal_options& options) {
  auto journal = open_to_read(options.path);
  if (!journal)
    return refuse(journal.error());
  auto query = options.audit;
  auto now = std::chrono::system_clock::now();
  if (options.since > core::duration::zero())
    query.since = now - options.since;
  if (options.until > core::duration::zero())
    query.until = now - options.until;
  auto left = query.limit > 0 ? query.limit : UINT32_MAX;
  do {
    query.limit = std::min(left, page_max);
    auto page = (*journal)->list_audit(query);
    if (!page)
      return refuse(page.error());
    left -= static_cast<uint32_t>(page->entries.size());
    query.after = page->next;
    std::string text;
    for (auto& x : page->entries)
      text += options.is_json ? to_json(x).dump() + "\n" : render_entry(x);
    if (auto printed = print(text); printed != exit_completed)
      return printed;
  } while (query.after != 0 && left > 0);
  return query.after == 0 || options.is_json
           ? exit_completed
           : print(fmt::format("There may be more: --after {}\n", query.after));
}

int replay_all_of(storage::journal& journal,
                  const std::vector<core::task_id>& tasks) {
  core::task_id_generator ids{std::random_device{}()};
  auto done = storage::replay_tasks(journal, tasks, ids,
                                    std::chrono::system_clock::now(),
                                    storage::user_of_process());
  if (!done) {
    auto& why = done.error();
    write_all(STDERR_FILENO, fmt::format("troupe: {}\n", why.message));
    return exit_failed;
  }
  std::string text;
  for (auto& x : *done)
    text += fmt::format("{} is tried again as {}\n", core::to_string(x.failed),
                        core::to_string(x.as));
  return print(
    text
    + fmt::format("{} tasks begin with the next process that uses the "
                  "journal\n",
                  done->size()));
}

int replay(const journal_options& options) {
  // It would be made.
  if (auto there = open_to_read(options.path); !there)
    return refuse(there.error());
  auto journal = storage::open_sqlite_journal(options.path);
  if (!journal)
    return refuse(journal.error());
  std::vector<core::task_id> tasks;
  if (options.is_all) {
    auto all = storage::list_dead_letters(**journal, options.dead);
    if (!all)
      return refuse(all.error());
    tasks = std::move(*all);
  }
  for (auto& name : options.tasks) {
    auto task = find_task(**journal, name);
    if (!task)
      return refuse(task.error());
    if (!*task)
      return no_such_task(options.path, name);
    tasks.push_back((*task)->id());
  }
  for (auto& id : tasks) {
    auto task = (*journal)->find(id);
    if (!task)
      return refuse(task.error());
    if (*task && !metadata_of(*(*task)->spec, run_key).empty()) {
      write_all(STDERR_FILENO,
                fmt::format("troupe: task '{}' is of a run of '{}': troupe run "
                            "with that file and --journal '{}' does again "
                            "what has failed\n",
                            (*task)->spec->name,
                            metadata_of(*(*task)->spec, file_key),
                            options.path));
      return exit_failed;
    }
  }
  return replay_all_of(**journal, tasks);
}

core::result<void> export_to_output(const std::string& path) {
  std::string pending;
  auto flush = [&]() -> core::result<void> {
    if (!write_all(STDOUT_FILENO, pending))
      return core::fail(core::ec::system_error,
                        fmt::format("cannot write to standard output: {}",
                                    std::strerror(errno)));
    pending.clear();
    return {};
  };
  auto done = storage::export_journal(
    path, [&](std::string_view line) -> core::result<void> {
      pending += line;
      pending += '\n';
      return pending.size() < output_bytes ? core::result<void>{} : flush();
    });
  return done ? flush() : done;
}

core::result<void> export_to_file(const std::string& path,
                                  const std::string& file) {
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored))
    return core::fail(core::ec::system_error,
                      fmt::format("'{}' is there already; choose another name, "
                                  "or remove it",
                                  file));
  auto lines = storage::json_lines::open(file);
  if (!lines)
    return core::fail(std::move(lines.error()));
  auto done = storage::export_journal(path, [&](std::string_view line) {
    return lines->add(line);
  });
  if (done)
    done = lines->sync();
  if (!done)
    // Half an export must not be taken for one.
    std::filesystem::remove(file, ignored);
  return done;
}

int export_to(const journal_options& options) {
  auto done = options.file == standard_file
                ? export_to_output(options.path)
                : export_to_file(options.path, options.file);
  return done ? exit_completed : refuse(done.error());
}

int import_from(const journal_options& options) {
  std::ifstream file;
  if (options.file != standard_file) {
    file.open(options.file);
    if (!file)
      return refuse({core::ec::system_error,
                     fmt::format("cannot read '{}': {}", options.file,
                                 std::strerror(errno))});
  }
  auto& from = options.file == standard_file ? std::cin : file;
  auto journal = storage::open_sqlite_journal(options.path);
  if (!journal)
    return refuse(journal.error());
  auto count = storage::import_journal(**journal,
                                       [&]() -> std::optional<std::string> {
                                         std::string line;
                                         if (std::getline(from, line))
                                           return line;
                                         return std::nullopt;
                                       });
  if (!count)
    return refuse(count.error());
  if (from.bad())
    return refuse({core::ec::system_error,
                   fmt::format("cannot read all of '{}': {}", options.file,
                               std::strerror(errno))});
  return print(fmt::format("{} tasks imported\n", *count));
}

int backup(const journal_options& options) {
  auto done = storage::backup_journal(options.path, options.file);
  return done ? exit_completed : refuse(done.error());
}

int vacuum(const journal_options& options) {
  std::error_code ignored;
  auto before = std::filesystem::file_size(options.path, ignored);
  if (auto done = storage::vacuum_journal(options.path); !done)
    return refuse(done.error());
  auto after = std::filesystem::file_size(options.path, ignored);
  return print(fmt::format("{} bytes before, {} bytes now\n", before, after));
}

} // namespace

int journal_command(const journal_options& options) {
  switch (options.action) {
    case journal_action::info:
      return info(options);
    case journal_action::verify:
      return verify(options);
    case journal_action::list:
      return list(options);
    case journal_action::show:
      return show(options);
    case journal_action::audit:
      return audit(options);
    case journal_action::replay:
      return replay(options);
    case journal_action::export_to:
      return export_to(options);
    case journal_action::import_from:
      return import_from(options);
    case journal_action::backup:
      return backup(options);
    case journal_action::vacuum:
      return vacuum(options);
  }
  return exit_usage;
}

} // namespace troupe::cli
