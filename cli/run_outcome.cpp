#include "cli/run_outcome.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace troupe::cli {

namespace {

task_outcome from_view(const task_view& view) {
  task_outcome result;
  result.name = view.name;
  result.group = view.group;
  result.status = outcome_of(view);
  result.error = view.error;
  result.attempts = static_cast<uint32_t>(view.attempts.size());
  if (!view.attempts.empty()) {
    auto& last = view.attempts.back();
    result.agent = last.agent;
    if (last.ended != core::never)
      result.time = last.ended - view.attempts.front().started;
  }
  return result;
}

void refine(task_outcome& outcome, const core::task_record& record) {
  outcome.status = record.was_skipped() ? "skipped"
                                        : core::to_string(record.status);
  outcome.attempts = record.attempt;
  outcome.agent = record.agent;
  outcome.error = record.failure ? record.failure->message : "";
  if (record.started != core::never && record.finished != core::never)
    outcome.time = record.finished - record.started;
}

} // namespace

bool run_outcome::has_failed() const noexcept {
  return std::ranges::any_of(tasks, [](auto& x) {
    return x.status != "completed" && x.status != "skipped";
  });
}

std::vector<task_outcome>
make_outcomes(const run_model& model,
              const std::vector<std::optional<core::task_record>>& records) {
  std::vector<task_outcome> result;
  for (size_t i = 0; i < model.tasks().size(); ++i) {
    result.push_back(from_view(model.tasks()[i]));
    if (i < records.size() && records[i])
      refine(result.back(), *records[i]);
  }
  return result;
}

std::string format_time(core::duration x) {
  auto seconds = std::chrono::duration<double>(x).count();
  if (seconds < 9.995)
    return fmt::format("{:.2f}s", std::max(seconds, 0.0));
  if (seconds < 59.95)
    return fmt::format("{:.1f}s", seconds);
  auto whole = std::llround(seconds);
  if (whole < 3600)
    return fmt::format("{}m{:02}s", whole / 60, whole % 60);
  return fmt::format("{}h{:02}m", whole / 3600, whole % 3600 / 60);
}

} // namespace troupe::cli
