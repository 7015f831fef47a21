#include "cli/plain_log.hpp"

#include "cli/run_outcome.hpp"
#include "cli/text_width.hpp"

#include <fmt/format.h>

#include <ctime>

namespace troupe::cli {

namespace {

using core::event_kind;

std::string first_line(const std::string& text) {
  return printable(text.substr(0, text.find('\n')));
}

std::string time_of_last(const task_view& task) {
  if (task.attempts.empty())
    return {};
  auto& span = task.attempts.back();
  return span.ended == core::never
           ? std::string{}
           : " " + format_time(span.ended - span.started);
}

std::string word(const palette& color, paint how, std::string_view text) {
  return color(how, fit(text, 9));
}

} // namespace

std::optional<std::string> describe_event(const core::event& x,
                                          const run_model& model,
                                          const palette& color) {
  auto task = model.find(x.task);
  if (!task)
    return std::nullopt;
  auto name = printable(task->name);
  auto line = [&](paint how, std::string_view what, const std::string& rest) {
    return fmt::format("[{}] {} {}{}", clock_time(x.at), word(color, how, what),
                       name, rest);
  };
  auto why = x.text.empty() ? std::string{} : ": " + first_line(x.text);
  switch (x.kind) {
    case event_kind::task_started:
      return line(paint::blue, "started",
                  x.attempt > 1 ? fmt::format(" (agent {}, attempt {})",
                                              x.subject, x.attempt)
                                : fmt::format(" (agent {})", x.subject));
    case event_kind::task_completed:
      return line(paint::green, "completed", time_of_last(*task));
    case event_kind::task_failed:
      return line(paint::red, "failed", time_of_last(*task) + why);
    case event_kind::task_cancelled:
      return line(task->is_skipped ? paint::dim : paint::yellow,
                  outcome_of(*task), time_of_last(*task) + why);
    case event_kind::task_retrying:
      return line(paint::yellow, "retrying", time_of_last(*task) + why);
    case event_kind::task_logged:
      return line(paint::dim, "log", why);
    default:
      return std::nullopt;
  }
}

std::string clock_time(core::time_point x) {
  auto seconds
    = std::chrono::duration_cast<std::chrono::seconds>(x.time_since_epoch())
        .count();
  auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  localtime_r(&time, &parts);
  return fmt::format("{:02}:{:02}:{:02}", parts.tm_hour, parts.tm_min,
                     parts.tm_sec);
}

} // namespace troupe::cli
