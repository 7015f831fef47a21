#include "agents/process.hpp"

#include "agents/capabilities.hpp"
#include "agents/parameters.hpp"
#include "agents/utf8.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace troupe::agents {

namespace {

using core::ec;
using core::fail;
using core::json;
using core::payload;
using core::result;

double milliseconds_of(core::duration x) {
  return std::chrono::duration<double, std::milli>{x}.count();
}

/// What errors call it: the program, or the beginning of the script.
std::string title_of(const json& given) {
  parameters from{given};
  if (from.find("shell") == nullptr)
    return fmt::format("'{}'", from.arguments("argv").front());
  constexpr size_t size_max = 60;
  auto script = from.text("shell");
  auto first = script.find_first_not_of(" \t\n");
  script.erase(0, std::min(first, script.size()));
  auto line = script.substr(0, script.find('\n'));
  if (line.size() > size_max) {
    line.resize(size_max);
    line.resize(size_of_whole_characters(line));
  }
  auto is_whole = line.size() == script.find_last_not_of(" \t\n") + 1;
  return fmt::format("the script '{}{}'", line, is_whole ? "" : "...");
}

/// The last lines of what it complained about, for an error message.
std::string last_lines(const captured_output& err) {
  constexpr size_t lines_max = 5;
  auto text = to_utf8(err.tail).text;
  auto end = text.find_last_not_of(" \t\r\n");
  text.resize(end == std::string::npos ? 0 : end + 1);
  auto begin = text.size();
  for (size_t i = 0; i < lines_max && begin != std::string::npos && begin > 0;
       ++i)
    begin = text.rfind('\n', begin - 1);
  if (begin != std::string::npos && begin < text.size() && text[begin] == '\n')
    text.erase(0, begin + 1);
  return text;
}

std::string with_complaint(std::string message, const captured_output& err) {
  auto lines = last_lines(err);
  return lines.empty() ? message : fmt::format("{}: {}", message, lines);
}

std::string describe_end(const subprocess_outcome& outcome) {
  return outcome.signal != 0
           ? fmt::format("was ended by {}", signal_name(outcome.signal))
           : fmt::format("exited with {}", outcome.exit_code);
}

bool is_expected(const subprocess_outcome& outcome, const parameters& from) {
  const auto* codes = from.find("expect_exit");
  if (outcome.signal != 0)
    return false;
  return codes != nullptr
           ? std::ranges::find(*codes, json(outcome.exit_code)) != codes->end()
           : outcome.exit_code == 0;
}

/// Adds `<name>`, `<name>_is_text` and `<name>_truncated`.
void add_output(json& result, const std::string& name, captured_output output) {
  if (output.is_truncated)
    output.bytes.resize(size_of_whole_characters(output.bytes));
  auto [text, is_valid] = to_utf8(std::move(output.bytes));
  result[name + "_is_text"] = is_valid;
  result[name + "_truncated"] = output.is_truncated;
  result[name] = std::move(text);
}

// -- limits -------------------------------------------------------------------

/// Ended by this signal, or the shell says that its last command was.
bool is_ended_by(const subprocess_outcome& x, int signal) noexcept {
  return x.signal == signal || (x.signal == 0 && x.exit_code == 128 + signal);
}

/// The limit that ended it, in a sentence after its title; empty if none did.
std::string breach_of(const subprocess_outcome& x, const usage_limits& limits) {
  if (x.end == subprocess_end::output_limit)
    return fmt::format("was stopped: it wrote more than the {} bytes of "
                       "'output_max'",
                       *limits.output);
  if (limits.memory && x.is_out_of_memory)
    return fmt::format("used more than the {} bytes of 'memory_max', with all "
                       "that it started",
                       *limits.memory);
  if (limits.cpu_time
      && (is_ended_by(x, SIGXCPU)
          || (is_ended_by(x, SIGKILL) && x.used.cpu_time >= *limits.cpu_time)))
    return fmt::format("used more than the {} of processor time of 'cpu_max'",
                       core::to_string(*limits.cpu_time));
  if (limits.file_size && is_ended_by(x, SIGXFSZ))
    return fmt::format("wrote to a file beyond the {} bytes of 'file_size_max'",
                       *limits.file_size);
  return {};
}

/// Programs meet these as errors of calls, and what they make of that is theirs
/// to say: whoever reads that it failed should know that they were there.
std::string with_silent_limits(std::string message,
                               const usage_limits& limits) {
  if (limits.memory)
    message += fmt::format(" (it had a 'memory_max' of {} bytes)",
                           *limits.memory);
  if (limits.open_files)
    message += fmt::format(" (it had an 'open_files_max' of {})",
                           *limits.open_files);
  if (limits.processes)
    message += fmt::format(" (it had a 'processes_max' of {})",
                           *limits.processes);
  return message;
}

// -- results ------------------------------------------------------------------

result<payload> make_result(const json& given, subprocess_outcome outcome) {
  parameters from{given};
  json result{
    {"exit_code", nullptr},
    {"signal", nullptr},
    {"duration_ms", milliseconds_of(outcome.time)},
    {"cpu_ms", milliseconds_of(outcome.used.cpu_time)},
    {"memory_max", outcome.used.memory_max},
  };
  if (outcome.signal != 0)
    result["signal"] = signal_name(outcome.signal);
  else
    result["exit_code"] = outcome.exit_code;
  auto is_truncated = outcome.out.is_truncated;
  add_output(result, "stderr", std::move(outcome.err));
  add_output(result, "stdout", std::move(outcome.out));
  auto& text = result["stdout"].get_ref<const std::string&>();
  auto parse = from.text("parse", "none");
  if (parse == "lines")
    result["lines"] = split_lines(text);
  if (parse != "json")
    return result;
  auto title = title_of(given);
  if (is_truncated)
    return fail(ec::handler_failed,
                fmt::format("{} wrote more than 'capture_max' bytes, so it "
                            "cannot be parsed as JSON",
                            title));
  auto parsed = parse_json(text, "what " + title + " wrote");
  if (!parsed)
    return fail(parsed.error());
  result["json"] = std::move(*parsed);
  return result;
}

} // namespace

subprocess_options subprocess_options_of(const json& given) {
  parameters from{given};
  subprocess_options options;
  if (from.find("shell") != nullptr)
    options.argv = {"/bin/sh", "-c", from.text("shell")};
  else
    options.argv = from.arguments("argv");
  if (const auto* env = from.find("env"))
    for (const auto& [name, value] : env->items())
      options.env[name] = value.is_null() ? std::nullopt
                                          : std::optional{scalar_text(value)};
  options.clear_env = from.flag("clear_env", false);
  options.cwd = from.text("cwd");
  if (from.find("stdin") != nullptr)
    options.input = from.text("stdin");
  options.capture_max = from.count("capture_max", options.capture_max);
  options.grace = from.time("grace", options.grace);
  auto limit = [&](const char* name) -> std::optional<uint64_t> {
    if (from.find(name) == nullptr)
      return std::nullopt;
    return from.count(name, 0);
  };
  if (from.find("cpu_max") != nullptr)
    options.limits.cpu_time = from.time("cpu_max", {});
  options.limits.memory = limit("memory_max");
  options.limits.open_files = limit("open_files_max");
  options.limits.file_size = limit("file_size_max");
  options.limits.processes = limit("processes_max");
  options.limits.output = limit("output_max");
  return options;
}

result<payload> run_process(const json& given, std::stop_token stop,
                            core::duration time_limit,
                            std::function<void()> on_output) {
  if (auto valid = require_valid(*schema_of("process.run"), given); !valid)
    return fail(valid.error());
  auto options = subprocess_options_of(given);
  options.time_limit = time_limit;
  options.on_output = std::move(on_output);
  auto outcome = run_subprocess(options, std::move(stop));
  if (!outcome)
    return fail(outcome.error());
  auto title = title_of(given);
  if (auto breach = breach_of(*outcome, options.limits); !breach.empty())
    return fail(ec::limit_exceeded,
                with_complaint(fmt::format("{} {}", title, breach),
                               outcome->err));
  if (outcome->end != subprocess_end::own) {
    auto is_late = outcome->end == subprocess_end::time_limit;
    return fail(is_late ? ec::timeout : ec::cancelled,
                with_complaint(fmt::format("{} was stopped after {}{} and {}",
                                           title,
                                           core::to_string(outcome->time),
                                           is_late ? ", out of time," : "",
                                           describe_end(*outcome)),
                               outcome->err));
  }
  parameters from{given};
  if (from.flag("check", true) && !is_expected(*outcome, from))
    return fail(
      ec::handler_failed,
      with_complaint(
        with_silent_limits(fmt::format("{} {}", title, describe_end(*outcome)),
                           options.limits),
        outcome->err));
  return make_result(given, std::move(*outcome));
}

} // namespace troupe::agents
