#include "bench/report.hpp"

#include "bench/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace troupe::bench {

namespace {

std::string verdict(const outcome& x) {
  auto& target = *x.of->target;
  auto relation = target.which == goal::side::at_least ? ">=" : "<";
  return fmt::format("(target {} {}: {})", relation, to_text(target.limit),
                     *x.meets_target() ? "met" : "MISSED");
}

/// The medians with their units, the target's verdict beside what it is about.
std::vector<std::string> phrases(const outcome& x) {
  std::vector<std::string> result;
  for (auto& y : x.figures) {
    auto text = fmt::format("{} {}", to_text(y.median), y.unit);
    if (x.of->target && x.of->target->key == y.key)
      text += ' ' + verdict(x);
    result.push_back(std::move(text));
  }
  for (auto& error : x.errors)
    result.push_back(fmt::format("FAILED: {}", error));
  return result;
}

} // namespace

std::string to_text(double value) {
  auto size = std::abs(value);
  if (size >= 100 || size == 0)
    return fmt::format("{:.0f}", value);
  auto digits = 2 - static_cast<int>(std::floor(std::log10(size)));
  return fmt::format("{:.{}f}", value, std::min(digits, 4));
}

std::string to_line(const outcome& x) {
  return fmt::format("{:<24}{}", x.of->name, fmt::join(phrases(x), "   "));
}

std::string to_markdown(const std::vector<outcome>& all) {
  std::string result = "| figure | median |\n| --- | --- |\n";
  for (auto& x : all)
    result += fmt::format("| {} | {} |\n", x.of->name,
                          fmt::join(phrases(x), ", "));
  return result;
}

nlohmann::json to_json(const std::vector<outcome>& all,
                       const run_options& options) {
  auto figures = nlohmann::json::array();
  for (auto& x : all) {
    nlohmann::json entry{{"name", x.of->name}, {"what", x.of->what}};
    for (auto& y : x.figures)
      entry["quantities"][y.key]
        = {{"unit", y.unit}, {"median", y.median}, {"values", y.values}};
    if (auto is_met = x.meets_target())
      entry["target"] = {
        {"quantity", x.of->target->key},
        {"relation", x.of->target->which == goal::side::at_least ? ">=" : "<"},
        {"limit", x.of->target->limit},
        {"met", *is_met},
      };
    if (!x.errors.empty())
      entry["errors"] = x.errors;
    figures.push_back(std::move(entry));
  }
  return {
    {"machine", describe_machine()},
    {"rounds", options.rounds},
    {"shrink", options.shrink},
    {"figures", std::move(figures)},
  };
}

} // namespace troupe::bench
