#include "cli/journal_arguments.hpp"

#include "cli/mistakes.hpp"
#include "core/task_state.hpp"

#include <fmt/format.h>

#include <array>
#include <span>
#include <string_view>

namespace troupe::cli {

namespace {

constexpr std::array<std::string_view, 7> status_words
  = {"pending",   "running", "paused",   "input_required",
     "completed", "failed",  "cancelled"};

constexpr std::string_view footer
  = "Exit status: 0 done, 1 something is wrong with what is in it or there is "
    "no such\ntask, 2 bad usage, or the journal cannot be used.";

} // namespace

journal_arguments::journal_arguments(CLI::App& program) {
  command_ = program.add_subcommand("journal",
                                    "Look at a journal and take care of it");
  command_->require_subcommand(0, 1);
  command_->allow_extras();
  command_->footer(std::string{footer});
  add_json(add(journal_action::info, "info", "Say what is in it"));
  add_json(add(journal_action::verify, "verify",
               "Check everything in it: pages, rows, the chain of the audit "
               "log"));
  auto& list = add(journal_action::list, "list", "List its tasks");
  define_list(list);
  add_json(list);
  auto& show = add(journal_action::show, "show", "Show one task");
  show
    .add_option("TASK", options_.task,
                "Its id, or its name: then the newest with that name")
    ->required();
  add_json(show);
  auto& audit = add(journal_action::audit, "audit",
                    "Say who did what, the first first");
  define_audit(audit);
  add_json(audit);
  define_replay(add(journal_action::replay, "replay",
                    "Submit failed tasks again, for the next process that "
                    "uses it"));
  add(journal_action::export_to, "export",
      "Write all that is in it as JSON, one object a line")
    .add_option("FILE", options_.file,
                "Must not be there yet; - or none is standard output");
  add(journal_action::import_from, "import",
      "Read what was exported into a journal that is new or empty")
    .add_option("FILE", options_.file, "- is standard input")
    ->required();
  add(journal_action::backup, "backup", "Copy it, also while it is in use")
    .add_option("FILE", options_.file, "Must not be there yet")
    ->required();
  add(journal_action::vacuum, "vacuum",
      "Give back to the file system what forgotten tasks took");
}

CLI::App& journal_arguments::add(journal_action action, const std::string& name,
                                 const std::string& description) {
  auto x = command_->add_subcommand(name, description);
  x->allow_extras();
  x->footer(std::string{footer});
  x->add_option("PATH", options_.path, "The journal")->required();
  actions_[action] = x;
  return *x;
}

void journal_arguments::add_json(CLI::App& to) {
  to.add_flag("--json", options_.is_json, "Print JSON");
}

void journal_arguments::define_list(CLI::App& to) {
  auto& query = options_.query;
  to.add_option("--status", status_, "Only tasks that are so, e.g. failed");
  to.add_option("--queue", query.queue, "Only of this queue");
  to.add_option("--owner", query.owner, "Only of this owner");
  to.add_option("--tag", query.tag, "Only with this tag");
  to.add_option("--name", query.name, "Only with this name");
  to.add_option("--after", after_, "Only what was submitted after this task")
    ->type_name("ID");
  to.add_option("--limit", limit_, "At most so many, 100 if not given; 0 = all")
    ->type_name("N");
}

void journal_arguments::define_audit(CLI::App& to) {
  auto& query = options_.audit;
  to.add_option("--task", audit_task_, "Only of this task")->type_name("ID");
  to.add_option("--by", query.by, "Only what this one did");
  to.add_option("--action", query.action,
                "Only this: submit, cancel, replay, priority, input, pause, "
                "resume or drop");
  to.add_option("--since", since_, "Only what is not older, e.g. 2h")
    ->type_name("TIME");
  to.add_option("--until", until_, "Only what is older")->type_name("TIME");
  to.add_option("--after", query.after, "Only what comes after this entry")
    ->type_name("N");
  to.add_option("--limit", limit_, "At most so many, 100 if not given; 0 = all")
    ->type_name("N");
}

void journal_arguments::define_replay(CLI::App& to) {
  auto& dead = options_.dead;
  to.add_option("TASK", options_.tasks,
                "Ids, or names: then the newest with that name");
  to.add_flag("--all", options_.is_all, "All dead letters that match instead");
  to.add_option("--queue", dead.queue, "With --all: only of this queue");
  to.add_option("--owner", dead.owner, "With --all: only of this owner");
  to.add_option("--tag", dead.tag, "With --all: only with this tag");
  to.add_option("--name", dead.name, "With --all: only with this name");
}

bool journal_arguments::are_given() const {
  return command_->parsed();
}

const CLI::App& journal_arguments::command() const {
  for (auto& [action, x] : actions_)
    if (x->parsed())
      return *x;
  return *command_;
}

std::string journal_arguments::help() const {
  auto& x = command();
  return x.help(&x == command_ ? "troupe" : "troupe journal");
}

journal_options
journal_arguments::read(std::vector<std::string>& errors) const {
  auto result = options_;
  auto is_found = false;
  for (auto& [action, x] : actions_)
    if (x->parsed()) {
      result.action = action;
      is_found = true;
    }
  if (!is_found) {
    std::vector<std::string> names;
    for (auto& [action, x] : actions_)
      names.push_back(x->get_name());
    std::vector<std::string_view> views{names.begin(), names.end()};
    auto rest = command_->remaining();
    errors.push_back(
      rest.empty()
        ? fmt::format("journal needs one of {}", fmt::join(names, ", "))
        : fmt::format("unknown command 'journal' {}{}", in_quotes(rest[0]),
                      suggest_near(rest[0], views)));
    return result;
  }
  read_list(result, errors);
  read_audit(result, errors);
  if (result.action == journal_action::replay)
    check_replay(result, errors);
  result.query.limit = result.audit.limit = limit_;
  if (result.action == journal_action::export_to && result.file.empty())
    result.file = "-";
  return result;
}

void journal_arguments::read_list(journal_options& to,
                                  std::vector<std::string>& errors) const {
  if (!status_.empty()) {
    if (auto status = core::parse_task_status(status_))
      to.query.status = *status;
    else
      errors.push_back(fmt::format(
        "--status cannot be {}{}", in_quotes(status_),
        suggest(status_, std::span<const std::string_view>{status_words})));
  }
  if (!after_.empty()) {
    auto id = core::parse_task_id(after_);
    if (id)
      to.query.after = *id;
    else
      errors.push_back("--after: " + id.error().message);
  }
}

void journal_arguments::read_audit(journal_options& to,
                                   std::vector<std::string>& errors) const {
  if (!audit_task_.empty()) {
    if (auto id = core::parse_task_id(audit_task_))
      to.audit.task = *id;
    else
      errors.push_back("--task: " + id.error().message);
  }
  auto read_time = [&](const char* name, const std::string& text,
                       core::duration& time) {
    if (text.empty())
      return;
    if (auto read = core::parse_duration(text))
      time = *read;
    else
      errors.push_back(fmt::format("{}: {}", name, read.error().message));
  };
  read_time("--since", since_, to.since);
  read_time("--until", until_, to.until);
}

void journal_arguments::check_replay(const journal_options& x,
                                     std::vector<std::string>& errors) {
  auto& dead = x.dead;
  if (x.is_all && !x.tasks.empty())
    errors.emplace_back("--all and TASK exclude each other");
  else if (!x.is_all && x.tasks.empty())
    errors.emplace_back("TASK is required, or --all for all dead letters");
  if (!x.is_all
      && !(dead.queue.empty() && dead.owner.empty() && dead.tag.empty()
           && dead.name.empty()))
    errors.emplace_back("--queue, --owner, --tag and --name go with --all");
}

} // namespace troupe::cli
