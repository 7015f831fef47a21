#include "cli/serve_arguments.hpp"

#include "cli/address.hpp"
#include "cli/connect_arguments.hpp"
#include "cli/mistakes.hpp"

#include <fmt/format.h>

namespace troupe::cli {

namespace {

constexpr std::string_view serve_footer
  = "Exit status: 0 stopped when told to, 1 it could not go on, 2 bad usage or "
    "file.\nSIGTERM and Ctrl-C stop it; what has not ended is in the journal.";

constexpr std::string_view worker_footer
  = "Exit status: 0 left when told to, 1 it could not go on, 2 bad usage or "
    "file.\nSIGTERM and Ctrl-C let what runs end; once more hands it back at "
    "once.";

void read_grace(const std::string& text, core::duration& to,
                std::vector<std::string>& errors) {
  if (text.empty())
    return;
  if (auto read = core::parse_duration(text))
    to = *read;
  else
    errors.push_back("--grace: " + read.error().message);
}

} // namespace

serve_arguments::serve_arguments(CLI::App& program) {
  serve_command_ = program.add_subcommand(
    "serve", "Run a manager that others submit to and nodes join");
  auto& s = *serve_command_;
  s.allow_extras();
  s.footer(std::string{serve_footer});
  auto add = [](CLI::App& to, const char* name, std::string& value,
                const char* type, const std::string& text) {
    to.add_option(name, value, text)->type_name(type);
  };
  add(s, "--config", serve_.config, "FILE",
      "Its queues, limits, schedules and agents, and where it listens");
  add(
    s, "--listen", serve_.listen, "ADDRESS:PORT",
    "Where it listens, whatever the file says; 127.0.0.1:7117 if nobody says");
  add(s, "--journal", serve_.journal, "FILE",
      "Where tasks survive the process, whatever the file says");
  s.add_flag("--supervised", serve_.is_supervised,
             "Start it again when it dies");
  add(s, "--grace", serve_grace_, "TIME",
      "What the own agents have to end when it stops; 10s if not given");
  s.add_flag("-q,--quiet", serve_.is_quiet, "Print only what went wrong");
  worker_command_ = program.add_subcommand(
    "worker", "Run agents for a manager on this machine or another one");
  auto& w = *worker_command_;
  w.allow_extras();
  w.footer(std::string{worker_footer});
  auto& at = worker_.at;
  add(w, "--join", at.at, "HOST:PORT",
      "Where the manager listens; or the variable TROUPE_AT");
  add(
    w, "--name", at.name, "NAME",
    "What this node is called, with TLS the certificate's name; or TROUPE_AS");
  add(w, "--agents", worker_.agents, "FILE",
      "Its agents; without it those that can do all that troupe run can");
  w.add_option("--label", labels_, "A label of the node; may be repeated")
    ->type_name("KEY=VALUE")
    ->allow_extra_args(false);
  add_identity(w, at);
  add(w, "--grace", worker_grace_, "TIME",
      "What runs has so long to end when the node leaves; 30s if not given");
  w.add_flag("-q,--quiet", worker_.is_quiet, "Print only what went wrong");
}

bool serve_arguments::are_given() const {
  return serve_command_->parsed() || worker_command_->parsed();
}

const CLI::App& serve_arguments::command() const {
  return worker_command_->parsed() ? *worker_command_ : *serve_command_;
}

std::string serve_arguments::help(const std::string& name) const {
  if (name.empty())
    return command().help("troupe");
  for (auto x : {serve_command_, worker_command_})
    if (x->get_name() == name)
      return x->help("troupe");
  return {};
}

std::variant<serve_options, worker_options>
serve_arguments::read(std::vector<std::string>& errors) const {
  if (worker_command_->parsed())
    return read_worker(errors);
  return read_serve(errors);
}

serve_options
serve_arguments::read_serve(std::vector<std::string>& errors) const {
  auto result = serve_;
  read_grace(serve_grace_, result.grace, errors);
  if (!result.listen.empty())
    if (auto at = parse_address(result.listen, true); !at)
      errors.push_back("--listen: " + at.error().message);
  return result;
}

worker_options
serve_arguments::read_worker(std::vector<std::string>& errors) const {
  auto result = worker_;
  read_grace(worker_grace_, result.grace, errors);
  auto& at = result.at;
  look_up(at);
  if (at.at.empty())
    errors.emplace_back("--join HOST:PORT, or the variable TROUPE_AT, has to "
                        "say where the manager listens");
  for (auto& x : labels_) {
    auto equals = x.find('=');
    if (equals == 0 || equals == x.npos)
      errors.push_back(
        fmt::format("--label takes KEY=VALUE, not {}", in_quotes(x)));
    else
      result.labels.insert_or_assign(x.substr(0, equals), x.substr(equals + 1));
  }
  return result;
}

} // namespace troupe::cli
