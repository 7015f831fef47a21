#include "cli/options.hpp"

#include "cli/certs_arguments.hpp"
#include "cli/client_arguments.hpp"
#include "cli/journal_arguments.hpp"
#include "cli/mistakes.hpp"
#include "cli/serve_arguments.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace troupe::cli {

namespace {

constexpr std::string_view version_text = "troupe " TROUPE_VERSION "\n";

constexpr std::string_view run_footer
  = "Exit status: 0 all tasks completed, 1 something failed, 2 bad usage or "
    "file,\n130 interrupted. Ctrl-C stops what runs, twice at once.";

/// All there are, as `help` knows them.
std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> result;
  for (auto* x : app.get_subcommands([](auto*) { return true; }))
    result.push_back(x->get_name());
  return result;
}

constexpr std::array<std::string_view, 4> graph_endings = {".svg", ".png",
                                                           ".dot", ".gv"};

/// The program's commands and options; `run` is filled in by parsing.
struct program {
  program() {
    app.set_version_flag(
      "--version", std::string{version_text.substr(0, version_text.size() - 1)},
      "Print the version");
    app.require_subcommand(0, 1);
    app.allow_extras();
    help = app.add_subcommand("help", "Explain a command");
    help->add_option("COMMAND", topic, "The command to explain");
    help->allow_extras();
    run_command = app.add_subcommand("run", "Run the tasks of a file");
    run_command->allow_extras();
    journal.emplace(app);
    certs.emplace(app);
    serve.emplace(app);
    client.emplace(app);
    run_command->footer(std::string{run_footer});
    define_run();
  }

  void define_run() {
    auto& x = *run_command;
    x.add_option("FILE", run.file,
                 "The pipeline, in YAML or JSON; - reads standard input");
    x.add_option("--set", settings,
                 "Give a var of the file another value; may be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
    x.add_flag("--dry-run", run.is_dry_run,
               "Print what would be done, and do nothing");
    x.add_option("--max-parallel", run.max_parallel,
                 "Run at most so many tasks at once")
      ->type_name("N")
      ->check(CLI::Range(1u, 100'000u));
    x.add_flag("--fail-fast,!--keep-going", run.is_fail_fast,
               "Stop all when a task has failed; or go on with what does not "
               "need it, as is the default");
    x.add_option("--journal", run.journal,
                 "Keep what was done in a file, and go on from there: what was "
                 "completed before is not run again. Ctrl-C then leaves the "
                 "rest for the next run")
      ->type_name("FILE");
    x.add_flag("--fresh", run.is_fresh,
               "With --journal: start over, whatever was done before");
    x.add_option("--report", run.report, "Write what became of each task")
      ->type_name("FILE.json");
    x.add_option("--events", run.events, "Write events as they happen")
      ->type_name("FILE.jsonl");
    x.add_option("--trace", run.trace,
                 "Write a trace for Perfetto or chrome://tracing")
      ->type_name("FILE.json");
    x.add_option("--graph", run.graph,
                 "Draw the graph, coloured by outcome (.svg and .png need "
                 "Graphviz)")
      ->type_name("FILE.svg|.png|.dot");
    x.add_flag("--no-progress,--plain", is_plain,
               "Print plain lines also on a terminal");
    x.add_flag("-q,--quiet", run.is_quiet, "Print only what went wrong");
    x.add_option("--color", color, "auto, always or never")->type_name("WHEN");
  }

  CLI::App app{"Coordinates many agents: every task reaches exactly one end.",
               "troupe"};
  CLI::App* help = nullptr;
  CLI::App* run_command = nullptr;
  std::optional<journal_arguments> journal;
  std::optional<certs_arguments> certs;
  std::optional<serve_arguments> serve;
  std::optional<client_arguments> client;
  std::string topic;
  run_options run;
  std::vector<std::string> settings;
  std::string color = "auto";
  bool is_plain = false;
};

/// All ways an option can be written.
std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> result;
  for (auto option : app.get_options()) {
    for (auto& x : option->get_lnames())
      result.push_back("--" + x);
    for (auto& x : option->get_snames())
      result.push_back("-" + x);
  }
  return result;
}

void complain_of_extras(const CLI::App& app, usage_error& errors) {
  for (auto& x : app.remaining()) {
    auto name = x.substr(0, x.find('='));
    if (name.size() > 1 && name[0] == '-') {
      auto names = option_names(app);
      std::vector<std::string_view> views{names.begin(), names.end()};
      errors.messages.push_back(fmt::format(
        "unknown option {}{}", in_quotes(name), suggest_near(name, views)));
    } else {
      errors.messages.push_back(
        fmt::format("one argument too many: {}", in_quotes(x)));
    }
  }
}

void read_settings(program& p, usage_error& errors) {
  for (auto& x : p.settings) {
    auto equals = x.find('=');
    if (equals == 0 || equals == x.npos)
      errors.messages.push_back(
        fmt::format("--set takes NAME=VALUE, not {}", in_quotes(x)));
    else
      p.run.settings.emplace_back(x.substr(0, equals), x.substr(equals + 1));
  }
}

void check_run(program& p, usage_error& errors) {
  complain_of_extras(*p.run_command, errors);
  read_settings(p, errors);
  auto color = std::ranges::find(color_words, p.color);
  if (color == color_words.end())
    errors.messages.push_back(fmt::format(
      "--color cannot be {}{}", in_quotes(p.color),
      suggest(p.color, std::span<const std::string_view>{color_words})));
  else
    p.run.color = static_cast<color_mode>(color - color_words.begin());
  if (!p.run.graph.empty()) {
    auto ends = [&](auto x) {
      return p.run.graph.ends_with(x);
    };
    if (std::ranges::none_of(graph_endings, ends))
      errors.messages.push_back(
        fmt::format("--graph {}: the name must end in .svg, .png, .dot or .gv",
                    p.run.graph));
  }
  if (p.run.is_fresh && p.run.journal.empty())
    errors.messages.emplace_back("--fresh is about what is in a journal; add "
                                 "--journal FILE");
  if (p.run.file.empty())
    errors.messages.emplace_back("run needs a FILE");
}

command_line read_journal(const program& p) {
  usage_error errors{{}, "journal"};
  auto result = p.journal->read(errors.messages);
  if (errors.messages.empty())
    complain_of_extras(p.journal->command(), errors);
  if (!errors.messages.empty())
    return errors;
  return result;
}

command_line read_certs(const program& p) {
  usage_error errors{{}, "certs"};
  auto result = p.certs->read(errors.messages);
  if (errors.messages.empty())
    complain_of_extras(p.certs->command(), errors);
  if (!errors.messages.empty())
    return errors;
  return result;
}

command_line read_serve(const program& p) {
  usage_error errors{{}, p.serve->command().get_name()};
  auto result = p.serve->read(errors.messages);
  complain_of_extras(p.serve->command(), errors);
  if (!errors.messages.empty())
    return errors;
  return std::visit([](auto& x) -> command_line { return std::move(x); },
                    result);
}

command_line read_client(const program& p) {
  usage_error errors{{}, p.client->command().get_name()};
  auto result = p.client->read(errors.messages);
  complain_of_extras(p.client->command(), errors);
  if (!errors.messages.empty())
    return errors;
  return result;
}

/// The command whose arguments were given.
std::string given_command(const program& p) {
  return p.journal->are_given()  ? "journal"
         : p.certs->are_given()  ? "certs"
         : p.serve->are_given()  ? p.serve->command().get_name()
         : p.client->are_given() ? p.client->command().get_name()
                                 : "run";
}

std::string suggest_command(const program& p, const std::string& name) {
  auto names = command_names(p.app);
  std::vector<std::string_view> views{names.begin(), names.end()};
  return suggest_near(name, views);
}

command_line explain(program& p) {
  if (p.topic.empty())
    // An app that has parsed a command tells of that one.
    return print_text{program{}.app.help()};
  if (p.topic == "run")
    return print_text{p.run_command->help("troupe")};
  if (p.topic == "journal")
    return print_text{p.journal->help()};
  if (p.topic == "certs")
    return print_text{p.certs->help()};
  if (auto text = p.serve->help(p.topic); !text.empty())
    return print_text{std::move(text)};
  if (auto text = p.client->help(p.topic))
    return print_text{std::move(*text)};
  return usage_error{{fmt::format("unknown command {}{}", in_quotes(p.topic),
                                  suggest_command(p, p.topic))}};
}

usage_error no_command(const program& p) {
  usage_error result;
  auto rest = p.app.remaining();
  if (rest.empty()) {
    result.messages.push_back(
      fmt::format("a command is missing; valid are {}",
                  fmt::join(command_names(p.app), ", ")));
  } else if (rest[0].starts_with('-')) {
    complain_of_extras(p.app, result);
  } else {
    result.messages.push_back(fmt::format(
      "unknown command {}{}", in_quotes(rest[0]), suggest_command(p, rest[0])));
  }
  return result;
}

} // namespace

command_line parse_command_line(const std::vector<std::string>& arguments) {
  program p;
  // CLI11 takes them from the back.
  std::vector<std::string> reversed{arguments.rbegin(), arguments.rend()};
  try {
    p.app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    return print_text{p.run_command->parsed()  ? p.run_command->help("troupe")
                      : p.journal->are_given() ? p.journal->help()
                      : p.certs->are_given()   ? p.certs->help()
                      : p.serve->are_given()   ? p.serve->help()
                      : p.client->are_given()  ? p.client->help()
                                               : p.app.help()};
  } catch (const CLI::CallForVersion&) {
    return print_text{std::string{version_text}};
  } catch (const CLI::ParseError& x) {
    return usage_error{{x.what()}, given_command(p)};
  }
  if (p.help->parsed())
    return explain(p);
  if (p.journal->are_given())
    return read_journal(p);
  if (p.certs->are_given())
    return read_certs(p);
  if (p.serve->are_given())
    return read_serve(p);
  if (p.client->are_given())
    return read_client(p);
  if (!p.run_command->parsed())
    return no_command(p);
  usage_error errors;
  check_run(p, errors);
  if (!errors.messages.empty())
    return errors;
  p.run.has_progress = !p.is_plain;
  return std::move(p.run);
}

} // namespace troupe::cli
