#include "cli/summary.hpp"

#include "cli/text_width.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace troupe::cli {

namespace {

constexpr size_t table_rows_max = 200;
constexpr size_t error_lines_max = 12;

constexpr std::array<std::string_view, 6> statuses
  = {"completed", "skipped", "failed", "cancelled", "running", "pending"};

paint paint_of(std::string_view status) {
  if (status == "completed")
    return paint::green;
  if (status == "failed")
    return paint::red;
  if (status == "cancelled")
    return paint::yellow;
  if (status == "skipped")
    return paint::dim;
  return paint::yellow;
}

struct columns {
  size_t name = 4;
  size_t agent = 5;
};

columns measure(const run_outcome& run, size_t width) {
  columns result;
  for (auto& x : run.tasks) {
    result.name = std::max(result.name, display_width(x.name));
    result.agent = std::max(result.agent, display_width(x.agent));
  }
  result.agent = std::min(result.agent, size_t{20});
  // Status, time and attempts take 9 + 8 + 8 columns, and 8 between all.
  auto others = 33 + result.agent;
  auto room = width > others + 12 ? width - others : 12;
  result.name = std::min(result.name, room);
  return result;
}

std::string render_error(const std::string& error, size_t width,
                         const palette& color) {
  std::vector<std::string_view> lines;
  std::string_view rest = error;
  while (!rest.empty()) {
    auto end = std::min(rest.find('\n'), rest.size());
    lines.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  std::string result;
  auto indent = [&](std::string_view text) {
    result += "    ";
    auto room = width > 8 ? width - 4 : 4;
    result += color(paint::red, shorten(printable(text), room));
    result += '\n';
  };
  // The first line says what happened, the last ones mostly why.
  auto skip_to = lines.size();
  if (lines.size() > error_lines_max)
    skip_to = lines.size() - error_lines_max + 2;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (skip_to < lines.size() && i == 1) {
      indent(fmt::format("({} lines left out)", skip_to - 1));
      i = skip_to;
    }
    indent(lines[i]);
  }
  return result;
}

std::string render_row(const task_outcome& x, const columns& widths,
                       size_t width, const palette& color) {
  auto has_run = x.attempts > 0;
  auto row = fmt::format(
    "{}  {}  {}  {}  {}", fit(printable(x.name), widths.name),
    color(paint_of(x.status), fit(x.status, 9)),
    fit_right(has_run ? format_time(x.time) : "-", 8),
    fit_right(has_run ? std::to_string(x.attempts) : "-", 8),
    shorten(printable(x.agent.empty() ? "-" : x.agent), widths.agent));
  row += '\n';
  if (!x.error.empty() && x.status != "completed")
    row += render_error(x.error, width, color);
  return row;
}

/// "count: 998 completed" for the completed tasks of large fan-outs.
std::string render_group(const std::string& group, size_t completed,
                         const columns& widths, const palette& color) {
  return fmt::format("{}  {}  {} tasks\n",
                     fit(printable(group) + "/*", widths.name),
                     color(paint::green, fit("completed", 9)), completed);
}

} // namespace

std::string render_summary(const run_outcome& run, size_t width,
                           const palette& color) {
  auto widths = measure(run, width);
  auto head = fmt::format("{}  {}  {}  {}  {}", fit("task", widths.name),
                          fit("status", 9), fit_right("time", 8),
                          fit_right("attempts", 8), "agent");
  auto result = color(paint::bold, head) + "\n";
  std::map<size_t, size_t> completed;
  for (auto& x : run.tasks)
    if (x.status == "completed")
      ++completed[x.group];
  auto is_long = run.tasks.size() > table_rows_max;
  std::map<size_t, bool> is_shown;
  for (auto& x : run.tasks) {
    if (!is_long || x.status != "completed" || completed[x.group] < 2)
      result += render_row(x, widths, width, color);
    else if (!std::exchange(is_shown[x.group], true))
      result += render_group(run.groups.at(x.group), completed[x.group], widths,
                             color);
  }
  return result + "\n" + render_total(run, color) + "\n";
}

std::string render_failures(const run_outcome& run, size_t width,
                            const palette& color) {
  auto widths = measure(run, width);
  std::string result;
  for (auto& x : run.tasks)
    result += render_row(x, widths, width, color);
  return result;
}

std::string render_total(const run_outcome& run, const palette& color) {
  std::map<std::string, size_t, std::less<>> counts;
  for (auto& x : run.tasks)
    ++counts[x.status];
  auto result = fmt::format("{} task{}:", run.tasks.size(),
                            run.tasks.size() == 1 ? "" : "s");
  auto separator = " ";
  for (auto status : statuses)
    if (auto n = counts.find(status); n != counts.end()) {
      result += separator;
      result += color(paint_of(status),
                      fmt::format("{} {}", n->second, status));
      separator = ", ";
    }
  result += fmt::format(" in {}", format_time(run.finished - run.started));
  if (run.end == run_end::interrupted)
    result += color(paint::yellow, " (interrupted)");
  return result;
}

} // namespace troupe::cli
