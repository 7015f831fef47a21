#include "cli/run_display.hpp"

#include "cli/live_view.hpp"
#include "cli/plain_log.hpp"
#include "cli/terminal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

namespace troupe::cli {

namespace {

class no_display : public run_display {
public:
  void show(const core::event&, const run_model&) override {
  }

  void refresh(const run_model&, core::time_point) override {
  }

  void note(const std::string&) override {
  }

  void finish() override {
  }
};

/// A line per event.
class line_display : public run_display {
public:
  explicit line_display(const palette& color) : color_(color) {
  }

  void show(const core::event& x, const run_model& model) override {
    if (auto line = describe_event(x, model, color_))
      pending_ += *line + "\n";
    // Whoever reads along waits for no more than a refresh.
    if (pending_.size() > flush_bytes)
      flush();
  }

  void refresh(const run_model&, core::time_point) override {
    flush();
  }

  void note(const std::string& text) override {
    pending_ += text + "\n";
    flush();
  }

  void finish() override {
    flush();
  }

private:
  static constexpr size_t flush_bytes = 1 << 14;

  void flush() {
    write_all(STDOUT_FILENO, std::exchange(pending_, {}));
  }

  palette color_;
  std::string pending_;
};

/// Redraws in place; what failed scrolls by above.
class live_display : public run_display {
public:
  live_display(std::string name, core::time_point started, const palette& color)
    : name_(std::move(name)), started_(started), color_(color) {
  }

  ~live_display() override {
    finish();
  }

  void show(const core::event& x, const run_model& model) override {
    auto is_worth_keeping = x.kind == core::event_kind::task_failed
                            || x.kind == core::event_kind::task_retrying
                            || x.kind == core::event_kind::task_logged;
    if (!is_worth_keeping)
      return;
    if (auto line = describe_event(x, model, color_))
      kept_.push_back(std::move(*line));
  }

  void refresh(const run_model& model, core::time_point now) override {
    auto on = measure_screen(STDOUT_FILENO);
    // A line that fills the last column makes some terminals wrap.
    auto width = on.width;
    if (on.width > 1)
      --on.width;
    auto frame = render_frame(name_, model, started_, now, on, color_);
    write_all(STDOUT_FILENO, painter_.paint(std::exchange(kept_, {}),
                                            std::move(frame), width));
  }

  void note(const std::string& text) override {
    kept_.push_back(text);
  }

  void finish() override {
    auto width = measure_screen(STDOUT_FILENO).width;
    auto text = painter_.erase(width);
    for (auto& x : std::exchange(kept_, {}))
      text += x + "\n";
    write_all(STDOUT_FILENO, text);
  }

private:
  std::string name_;
  core::time_point started_;
  palette color_;
  frame_painter painter_;
  std::vector<std::string> kept_;
};

} // namespace

std::unique_ptr<run_display> make_display(display_kind kind, std::string name,
                                          core::time_point started,
                                          const palette& color) {
  switch (kind) {
    case display_kind::live:
      return std::make_unique<live_display>(std::move(name), started, color);
    case display_kind::lines:
      return std::make_unique<line_display>(color);
    case display_kind::none:
      break;
  }
  return std::make_unique<no_display>();
}

} // namespace troupe::cli
