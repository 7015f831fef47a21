#include "examples/files.hpp"
#include "examples/scenarios/skills.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace examples {

namespace {

using troupe::json;
using troupe::task_context;

constexpr std::string_view guard = "#pragma once\n";

bool is_header(std::string_view name) {
  return name.ends_with(".hpp");
}

std::string without_blanks_at_end(std::string line) {
  line.erase(line.find_last_not_of(" \t\r") + 1);
  return line;
}

/// Adds `file:line: what` for each thing that is wrong with a text.
void check(std::string_view name, const std::string& text,
           std::vector<std::string>& issues) {
  if (is_header(name) && !text.starts_with(guard))
    issues.push_back(
      fmt::format("{}:1: does not begin with #pragma once", name));
  std::istringstream lines{text};
  std::string line;
  for (size_t number = 1; std::getline(lines, line); ++number) {
    if (line != without_blanks_at_end(line))
      issues.push_back(fmt::format("{}:{}: blanks at the end", name, number));
    if (line.find('\t') != std::string::npos)
      issues.push_back(fmt::format("{}:{}: a tab", name, number));
  }
  if (!text.empty() && !text.ends_with('\n'))
    issues.push_back(fmt::format("{}: ends amid a line", name));
}

json symbol_validation(task_context& ctx) {
  auto& given = ctx.parameters();
  std::vector<std::string> issues;
  size_t checked = 1;
  if (given.contains("text")) {
    check(given.at("name").get<std::string>(),
          given.at("text").get<std::string>(), issues);
  } else {
    auto files = given.at("files").get<std::vector<std::string>>();
    checked = files.size();
    for (auto& path : files)
      check(path, read_file(path), issues);
  }
  if (!issues.empty() && given.value("strict", false))
    throw troupe::failure({troupe::ec::handler_failed,
                           fmt::format("{}", fmt::join(issues, "; ")), true});
  return {{"checked", checked}, {"issues", issues}};
}

/// What `check` finds nothing wrong with.
std::string corrected(std::string_view name, const std::string& text) {
  std::string better;
  if (is_header(name) && !text.starts_with(guard))
    better = std::string{guard} + '\n';
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    for (auto c : without_blanks_at_end(line))
      better += c == '\t' ? std::string(2, ' ') : std::string(1, c);
    better += '\n';
  }
  return better;
}

json auto_correction(task_context& ctx) {
  std::vector<std::string> changed;
  for (auto& path :
       ctx.parameters().at("files").get<std::vector<std::string>>()) {
    auto text = read_file(path);
    auto better = corrected(path, text);
    if (better == text)
      continue;
    if (!(std::ofstream{path, std::ios::binary} << better << std::flush))
      throw troupe::failure({troupe::ec::system_error, "cannot write " + path});
    changed.push_back(path);
  }
  return {{"corrected", changed}};
}

json design_tokens(task_context& ctx) {
  auto text = ctx.parameters().at("text").get<std::string>();
  std::map<std::string, uint64_t> tokens;
  for (auto begin = text.find('`'); begin != std::string::npos;) {
    auto end = text.find('`', begin + 1);
    if (end == std::string::npos)
      break;
    if (end > begin + 1)
      ++tokens[text.substr(begin + 1, end - begin - 1)];
    begin = text.find('`', end + 1);
  }
  return tokens;
}

json protocol_handling(task_context& ctx) {
  auto& value = ctx.parameters().at("value");
  std::vector<std::string> problems;
  for (auto& [name, type] : ctx.parameters().at("fields").items()) {
    auto field = value.find(name);
    if (field == value.end())
      problems.push_back(fmt::format("'{}' is missing", name));
    else if (field->type_name() != type.get<std::string>())
      problems.push_back(fmt::format("'{}' is of type {} and not {}", name,
                                     field->type_name(),
                                     type.get<std::string>()));
  }
  if (!problems.empty())
    throw troupe::failure({troupe::ec::invalid_argument,
                           fmt::format("{}", fmt::join(problems, ", ")), true});
  return value;
}

} // namespace

skills text_skills() {
  using troupe::actors::make_handler;
  return {{"symbol_validation", make_handler(symbol_validation)},
          {"auto_correction", make_handler(auto_correction)},
          {"design_tokens", make_handler(design_tokens)},
          {"protocol_handling", make_handler(protocol_handling)}};
}

} // namespace examples
