#include "agents/process.hpp"

#include "agents/capabilities.hpp"
#include "agents/parameters.hpp"
#include "agents/utf8.hpp"

#include <fmt/format.h>

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

/// Adds `<name>`, `<name>_is_text` and `<name>_truncated`; returns the text.
const std::string& add_output(json& result, const std::string& name,
                              captured_output output) {
  if (output.is_truncated)
    output.bytes.resize(size_of_whole_characters(output.bytes));
  auto [text, is_valid] = to_utf8(std::move(output.bytes));
  result[name + "_is_text"] = is_valid;
  result[name + "_truncated"] = output.is_truncated;
  auto& member = result[name];
  member = std::move(text);
  return member.get_ref<const std::string&>();
}

result<payload> make_result(const json& given, subprocess_outcome outcome) {
  parameters from{given};
  json result{
    {"exit_code", nullptr},
    {"signal", nullptr},
    {"duration_ms",
     std::chrono::duration<double, std::milli>{outcome.time}.count()},
  };
  if (outcome.signal != 0)
    result["signal"] = signal_name(outcome.signal);
  else
    result["exit_code"] = outcome.exit_code;
  auto is_truncated = outcome.out.is_truncated;
  add_output(result, "stderr", std::move(outcome.err));
  const auto& text = add_output(result, "stdout", std::move(outcome.out));
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
  return options;
}

result<payload> run_process(const json& given, std::stop_token stop,
                            core::duration time_limit) {
  if (auto valid = require_valid(*schema_of("process.run"), given); !valid)
    return fail(valid.error());
  auto options = subprocess_options_of(given);
  options.time_limit = time_limit;
  auto outcome = run_subprocess(options, std::move(stop));
  if (!outcome)
    return fail(outcome.error());
  auto title = title_of(given);
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
      with_complaint(fmt::format("{} {}", title, describe_end(*outcome)),
                     outcome->err));
  return make_result(given, std::move(*outcome));
}

} // namespace troupe::agents
