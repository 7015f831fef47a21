#include "cli/live_view.hpp"

#include "cli/run_outcome.hpp"
#include "cli/text_width.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace troupe::cli {

namespace {

constexpr std::array<std::string_view, 10> dots = {"⠋", "⠙", "⠹", "⠸", "⠼",
                                                   "⠴", "⠦", "⠧", "⠇", "⠏"};

constexpr std::array<std::string_view, 4> strokes = {"-", "\\", "|", "/"};

constexpr size_t view_rows_max = 20;

/// Turns ten times a second, by the clock, so that a frame needs no memory.
std::string_view spinner(core::time_point now, bool has_unicode) {
  auto tick
    = static_cast<size_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                            now.time_since_epoch())
                            .count()
                          / 100);
  return has_unicode ? dots[tick % dots.size()]
                     : strokes[tick % strokes.size()];
}

/// Text in parts that are coloured after they have been cut to the width.
class line_builder {
public:
  line_builder(size_t width, const palette& color)
    : room_(width), color_(color) {
  }

  line_builder& add(std::string_view text, paint how = paint::plain) {
    auto part = shorten(text, room_);
    room_ -= display_width(part);
    line_ += color_(how, part);
    return *this;
  }

  /// Only if all of it fits.
  line_builder& add_whole(std::string_view text, paint how = paint::plain) {
    return display_width(text) <= room_ ? add(text, how) : *this;
  }

  std::string take() {
    return std::move(line_);
  }

private:
  size_t room_;
  const palette& color_;
  std::string line_;
};

std::string render_head(const std::string& name, const run_model& model,
                        core::duration elapsed, const screen& on,
                        const palette& color) {
  auto counts = model.counts();
  auto share = counts.total == 0 ? 1.0
                                 : static_cast<double>(counts.ended())
                                     / static_cast<double>(counts.total);
  line_builder line{on.width, color};
  auto bar_width = std::clamp<size_t>(on.width / 4, 6, 30);
  if (on.width >= 30)
    line.add(shorten(printable(name), on.width / 3), paint::bold).add(" ");
  if (on.width >= 20)
    line.add_whole(render_bar(share, bar_width, on.has_unicode) + " ",
                   counts.failed > 0 ? paint::red : paint::green);
  line.add(fmt::format("{}/{}", counts.ended(), counts.total));
  line.add_whole(" " + format_time(elapsed));
  if (counts.running > 0)
    line.add_whole(fmt::format(", {} running", counts.running), paint::blue);
  if (counts.failed > 0)
    line.add_whole(fmt::format(", {} failed", counts.failed), paint::red);
  if (counts.cancelled > 0)
    line.add_whole(fmt::format(", {} cancelled", counts.cancelled),
                   paint::yellow);
  if (counts.skipped > 0)
    line.add_whole(fmt::format(", {} skipped", counts.skipped), paint::dim);
  if (counts.waiting > 0)
    line.add_whole(fmt::format(", {} waiting", counts.waiting), paint::dim);
  return line.take();
}

std::string render_running(const task_view& task, size_t name_width,
                           core::time_point now, const screen& on,
                           const palette& color) {
  auto& span = task.attempts.back();
  line_builder line{on.width, color};
  line.add("  ").add(spinner(now, on.has_unicode), paint::blue).add(" ");
  line.add(fit(printable(task.name), name_width)).add(" ");
  line.add(fit_right(
    format_time(std::max(now - span.started, core::duration::zero())), 7));
  if (task.progress > 0)
    line.add_whole(" " + render_bar(task.progress / 100, 12, on.has_unicode)
                     + fmt::format(" {:3.0f}%", task.progress),
                   paint::green);
  line.add_whole(fmt::format("  {}", span.agent), paint::dim);
  if (span.attempt > 1)
    line.add_whole(fmt::format(" attempt {}", span.attempt), paint::yellow);
  if (!task.note.empty())
    line.add("  ").add(printable(task.note), paint::dim);
  return line.take();
}

} // namespace

std::vector<std::string>
render_frame(const std::string& name, const run_model& model,
             core::time_point started, core::time_point now, const screen& on,
             const palette& color) {
  auto elapsed = std::max(now - started, core::duration::zero());
  std::vector<std::string> result{render_head(name, model, elapsed, on, color)};
  auto& running = model.running();
  auto room = std::min(on.height > 3 ? on.height - 3 : 0, view_rows_max);
  auto shown = std::min(running.size(), room);
  // The last line tells of those there was no room for.
  if (shown < running.size() && shown > 0)
    --shown;
  size_t name_width = 8;
  for (size_t i = 0; i < shown; ++i)
    name_width = std::max(name_width,
                          display_width(model.tasks()[running[i]].name));
  name_width = std::min(name_width, std::max<size_t>(on.width / 2, 8));
  for (size_t i = 0; i < shown; ++i)
    result.push_back(
      render_running(model.tasks()[running[i]], name_width, now, on, color));
  if (shown < running.size() && room > 0)
    result.push_back(
      line_builder{on.width, color}
        .add(fmt::format("    and {} more", running.size() - shown), paint::dim)
        .take());
  return result;
}

std::string render_bar(double share, size_t width, bool has_unicode) {
  auto inner = width > 2 ? width - 2 : 0;
  auto clamped = std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0.0;
  auto full = static_cast<size_t>(clamped * static_cast<double>(inner));
  std::string result = "[";
  for (size_t i = 0; i < inner; ++i)
    result += i < full ? (has_unicode ? "━" : "#") : (has_unicode ? " " : "-");
  return result + "]";
}

} // namespace troupe::cli
