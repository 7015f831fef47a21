#include "cli/task_ids.hpp"

#include "core/task_id.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::cli {

namespace {

constexpr std::string_view lowest = "00000000-0000-0000-0000-000000000000";
constexpr size_t beginning_min = 4;

std::string in_lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

/// The id before all that begin so.
core::result<core::task_id> before(const std::string& beginning) {
  auto first = core::parse_task_id(
    beginning + std::string{lowest.substr(beginning.size())});
  if (!first)
    return core::fail(std::move(first.error()));
  if (first->low-- == 0 && first->high > 0)
    --first->high;
  return *first;
}

} // namespace

core::result<std::string> find_task(control::channel& manager,
                                    const std::string& text) {
  if (core::parse_task_id(text))
    return text;
  auto beginning = in_lower_case(text);
  auto after = text.size() < lowest.size() ? before(beginning)
                                           : core::parse_task_id(text);
  if (!after || text.size() < beginning_min)
    return core::fail(core::ec::invalid_argument,
                      fmt::format("'{}' is not a task's id, nor how one begins "
                                  "(at least {} digits)",
                                  text, beginning_min));
  auto page = manager.call("tasks.list",
                           {{"after", core::to_string(*after)}, {"limit", 2}});
  if (!page)
    return core::fail(std::move(page.error()));
  std::vector<std::string> found;
  for (auto& task : page->value("tasks", core::json::array()))
    if (auto id = task.value("id", ""); id.starts_with(beginning))
      found.push_back(std::move(id));
  if (found.size() == 1)
    return found.front();
  if (found.empty())
    return core::fail(core::ec::unknown_task,
                      fmt::format("no task's id begins with '{}'", text));
  return core::fail(core::ec::invalid_argument,
                    fmt::format("several tasks' ids begin with '{}': {}, {}, "
                                "...",
                                text, found[0], found[1]));
}

} // namespace troupe::cli
