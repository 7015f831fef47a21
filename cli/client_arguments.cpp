#include "cli/client_arguments.hpp"

#include "cli/connect_arguments.hpp"
#include "cli/mistakes.hpp"
#include "core/priority.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace troupe::cli {

namespace {

constexpr std::string_view client_footer
  = "Exit status: 0 done, 1 it could not be done, or a task that was waited "
    "for "
    "did not\ncomplete, 2 bad usage, or there is no way to the manager, 130 "
    "interrupted.";

} // namespace

client_arguments::client_arguments(CLI::App& program) : program_(&program) {
  define_submit();
  define_tasks();
  define_collections();
  add(client_action::stats, "stats", "Count tasks, queues and agents");
  add(client_action::drain, "drain",
      "Let a manager end what runs, and stop; the rest stays in its journal")
    .add_option("--timeout", timeout_,
                "How long that may take, 30s if not said")
    ->type_name("TIME");
  // Last, so that help has a command's own options first.
  for (auto& [action, x] : actions_)
    add_common(*x);
}

CLI::App& client_arguments::add(client_action action, const std::string& name,
                                const std::string& description) {
  auto* x = program_->add_subcommand(name, description);
  x->allow_extras();
  x->footer(std::string{client_footer});
  actions_[action] = x;
  return *x;
}

void client_arguments::add_common(CLI::App& to) {
  to.add_flag("--json", options_.is_json, "Print JSON");
  to.add_option("--color", color_, "auto, always or never")->type_name("WHEN");
  auto& at = options_.at;
  auto add = [&](const char* name, std::string& value, const char* type,
                 const std::string& description) {
    to.add_option(name, value, description)->type_name(type);
  };
  add("--at", at.at, "HOST:PORT",
      "Where the manager listens; or the variable TROUPE_AT");
  add("--as", at.name, "NAME",
      "What this client is called, with TLS the certificate's name; or "
      "TROUPE_AS");
  add_identity(to, at);
}

void client_arguments::add_tasks(CLI::App& to, bool is_required) {
  to.add_option("TASK", options_.tasks, "Ids of tasks, or how they begin")
    ->required(is_required);
}

void client_arguments::add_text(CLI::App& to, const std::string& option,
                                const char* argument,
                                const std::string& description) {
  to.add_option(option, texts_[argument], description);
}

void client_arguments::add_filters(CLI::App& to) {
  add_text(to, "--queue", "queue", "Only of this queue");
  add_text(to, "--owner", "owner", "Only of this owner");
  add_text(to, "--tag", "tag", "Only with this tag");
  add_text(to, "--name", "name", "Only with this name");
}

void client_arguments::define_submit() {
  auto& x = add(client_action::submit, "submit",
                "Submit a pipeline, or one task, to a manager");
  x.add_option("FILE", options_.file,
               "The pipeline, as for 'troupe run'; - reads standard input");
  x.add_option("--set", settings_,
               "Give a var of the file another value; may be repeated")
    ->type_name("NAME=VALUE")
    ->allow_extra_args(false);
  x.add_flag("--wait", options_.is_waiting,
             "Return when all has ended, with a summary");
  x.add_flag("--watch", options_.is_watching,
             "Likewise, and show what happens meanwhile");
  x.add_option("--report", options_.report,
               "Write what became of each task of the file; implies --wait")
    ->type_name("FILE.json");
  x.add_option("--capability", capabilities_,
               "Instead of FILE: one task, that needs this; may be repeated")
    ->type_name("NAME")
    ->allow_extra_args(false);
  x.add_option("--parameters", parameters_, "What its handler gets")
    ->type_name("JSON");
  add_text(x, "--name", "name",
           "What it is called; the capability if not said");
  add_text(x, "--priority", "priority",
           "low, normal, high, critical or 0 to 100");
  add_text(x, "--queue", "queue", "Its queue");
  add_text(x, "--owner", "owner", "On whose behalf");
  add_text(x, "--submission-key", "submission_key",
           "Submitted again with the same, it is the same task");
  x.add_option("--tag", tags_, "A tag; may be repeated")
    ->type_name("TAG")
    ->allow_extra_args(false);
  x.add_option("--timeout", timeout_, "How long an attempt may take")
    ->type_name("TIME");
  x.add_option("--retries", retries_, "Attempts after the first one")
    ->type_name("N");
}

void client_arguments::define_tasks() {
  add_tasks(add(client_action::get, "get", "Show tasks"), true);
  auto& list = add(client_action::list, "list", "List tasks");
  add_text(list, "--status", "status", "Only tasks that are so, e.g. failed");
  add_filters(list);
  add_text(list, "--parent", "parent", "Only children of this task");
  add_text(list, "--after", "after", "Only what was submitted after this task");
  list
    .add_option("--limit", limit_, "At most so many, 100 if not said; 0 = all")
    ->type_name("N");
  list.add_flag("--journal", is_journal_,
                "Also what is in the manager's journal only");
  auto& watch = add(client_action::watch, "watch",
                    "Show what happens: all of it, or with some tasks until "
                    "they have ended");
  add_tasks(watch, false);
  watch.add_option("--from", from_, "From this event on, as far as it is kept")
    ->type_name("N");
  add_tasks(add(client_action::cancel, "cancel", "End tasks that go on"), true);
  add_tasks(add(client_action::pause, "pause", "Keep tasks from going on"),
            true);
  add_tasks(add(client_action::resume, "resume", "Let paused tasks go on"),
            true);
  auto& priority = add(client_action::priority, "priority",
                       "Set a pending task's priority");
  priority.add_option("TASK", task_, "Its id, or how that begins")->required();
  priority
    .add_option("PRIORITY", texts_["priority"],
                "low, normal, high, critical or 0 to 100")
    ->required();
  auto& retry = add(client_action::retry, "retry",
                    "Submit tasks again that have failed for good");
  add_tasks(retry, false);
  retry.add_flag("--all", is_all_, "All that match instead");
  add_filters(retry);
  add_text(retry, "--capability", "capability", "Only those that need this");
  add_text(retry, "--code", "code", "Only those that failed so, e.g. timeout");
  retry.add_option("--parameters", parameters_, "With these instead")
    ->type_name("JSON");
  add_text(retry, "--priority", "priority", "With this one instead");
  auto& input = add(client_action::input, "input",
                    "List what tasks ask, or answer one");
  input.add_option("TASK", task_, "Its id, or how that begins");
  input.add_option("ANSWER", answer_, "In JSON");
  add_tasks(add(client_action::explain, "explain",
                "Say what tasks wait for, or how they ended"),
            true);
}

void client_arguments::add_collection(client_action action,
                                      const std::string& name,
                                      const std::string& description,
                                      std::vector<std::string> verbs) {
  auto& x = add(action, name, description);
  x.add_option("VERB", options_.verb, fmt::format("{}", fmt::join(verbs, ", ")))
    ->type_name("");
  x.add_option("NAME", options_.subject, "Which one")->type_name("");
  verbs_[action] = std::move(verbs);
}

void client_arguments::define_collections() {
  add_collection(client_action::queues, "queues",
                 "List queues, or do something to one",
                 {"pause", "resume", "process"});
  add_collection(client_action::agents, "agents",
                 "List agents, or do something to one",
                 {"pause", "resume", "remove"});
  actions_[client_action::agents]->add_flag(
    "--at-once", is_at_once_,
    "With remove: what it runs is lost, and runs again elsewhere");
  add_collection(client_action::nodes, "nodes",
                 "List nodes, or let one end what it runs", {"drain"});
  for (auto action : {client_action::agents, client_action::nodes})
    actions_[action]
      ->add_option("--timeout", timeout_,
                   "How long that may take, 30s if not said")
      ->type_name("TIME");
  add_collection(client_action::circuits, "circuits",
                 "List circuits, or do something to one",
                 {"trip", "open", "reset"});
  add_collection(client_action::schedules, "schedules",
                 "List schedules, or do something to one",
                 {"pause", "resume", "remove"});
}

bool client_arguments::are_given() const {
  return std::ranges::any_of(actions_,
                             [](auto& x) { return x.second->parsed(); });
}

const CLI::App& client_arguments::command() const {
  for (auto& [action, x] : actions_)
    if (x->parsed())
      return *x;
  return *program_;
}

std::string client_arguments::help() const {
  return command().help("troupe");
}

std::optional<std::string> client_arguments::help(std::string_view name) const {
  for (auto& [action, x] : actions_)
    if (x->get_name() == name)
      return x->help("troupe");
  return std::nullopt;
}

void client_arguments::read_json(core::json& to, std::string_view what,
                                 const char* argument, const std::string& text,
                                 std::vector<std::string>& errors) const {
  if (text.empty())
    return;
  if (auto value = core::payload::parse(text))
    to[argument] = value->value();
  else
    errors.push_back(
      fmt::format("{} is not JSON: {}", what, value.error().message));
}

client_options client_arguments::read(std::vector<std::string>& errors) const {
  auto result = options_;
  look_up(result.at);
  for (auto& [action, x] : actions_)
    if (x->parsed())
      result.action = action;
  if (!task_.empty())
    result.tasks = {task_};
  for (auto& [name, text] : texts_)
    if (!text.empty())
      result.arguments[name] = text;
  read_json(result.arguments, "--parameters", "parameters", parameters_,
            errors);
  if (result.action == client_action::input)
    read_json(result.arguments, "the answer", "answer", answer_, errors);
  if (limit_)
    result.arguments["limit"] = *limit_;
  if (from_)
    result.arguments["from"] = *from_;
  if (is_journal_)
    result.arguments["journal"] = true;
  if (is_all_)
    result.arguments["all"] = true;
  if (is_at_once_)
    result.arguments["at_once"] = true;
  if (!timeout_.empty())
    result.arguments["timeout_seconds"] = timeout_;
  if (result.action == client_action::submit)
    read_submit(result, errors);
  if (auto i = std::ranges::find(color_words, color_); i != color_words.end())
    result.color = static_cast<color_mode>(i - color_words.begin());
  else
    errors.push_back(fmt::format(
      "--color cannot be {}{}", in_quotes(color_),
      suggest(color_, std::span<const std::string_view>{color_words})));
  check(result, errors);
  return result;
}

void client_arguments::read_submit(client_options& to,
                                   std::vector<std::string>& errors) const {
  auto is_task = !capabilities_.empty();
  if (is_task == !to.file.empty())
    errors.emplace_back("submit needs either a FILE or --capability NAME");
  for (auto& x : settings_) {
    auto equals = x.find('=');
    if (equals == 0 || equals == x.npos)
      errors.push_back(
        fmt::format("--set takes NAME=VALUE, not {}", in_quotes(x)));
    else
      to.settings.emplace_back(x.substr(0, equals), x.substr(equals + 1));
  }
  if (is_task) {
    if (!settings_.empty() || !to.report.empty())
      errors.emplace_back("--set and --report go with a FILE");
    read_task(to, errors);
  } else if (!to.arguments.empty() || !tags_.empty() || retries_) {
    errors.emplace_back("what the task is like goes with --capability; a FILE "
                        "says it itself");
  }
  to.is_waiting = to.is_waiting || to.is_watching || !to.report.empty();
}

/// What CLI11 has put into `arguments` are fields of the task.
void client_arguments::read_task(client_options& to,
                                 std::vector<std::string>& errors) const {
  auto& task = to.arguments;
  task["capabilities"] = capabilities_;
  if (!task.contains("name"))
    task["name"] = capabilities_.front();
  if (!tags_.empty())
    task["tags"] = tags_;
  if (retries_)
    task["retry"]["max_retries"] = *retries_;
  if (auto timeout = task.find("timeout_seconds"); timeout != task.end()) {
    auto time = *timeout;
    task.erase(timeout);
    task["limits"]["attempt_seconds"] = time;
  }
  if (auto text = task.find("priority"); text != task.end())
    if (auto read = core::parse_priority(text->get<std::string>()); !read)
      errors.push_back("--priority: " + read.error().message);
}

void client_arguments::check(const client_options& x,
                             std::vector<std::string>& errors) const {
  if (x.at.at.empty())
    errors.emplace_back("--at HOST:PORT, or the variable TROUPE_AT, has to say "
                        "where the manager listens");
  if (auto verbs = verbs_.find(x.action); verbs != verbs_.end()) {
    auto& name = actions_.at(x.action)->get_name();
    if (!x.verb.empty()
        && std::ranges::find(verbs->second, x.verb) == verbs->second.end())
      errors.push_back(fmt::format(
        "{} cannot {}{}", name, in_quotes(x.verb),
        suggest(x.verb, std::span<const std::string>{verbs->second})));
    else if (!x.verb.empty() && x.subject.empty())
      errors.push_back(fmt::format("{} {} needs a NAME", name, x.verb));
  }
  if (x.action == client_action::input && !x.tasks.empty() && answer_.empty())
    errors.emplace_back("an answer is missing after the task");
  if (x.action == client_action::retry && is_all_ == !x.tasks.empty())
    errors.emplace_back("either TASK or --all says what to try again");
}

} // namespace troupe::cli
