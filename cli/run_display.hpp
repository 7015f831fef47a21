#pragma once

#include "cli/frame_painter.hpp"
#include "cli/palette.hpp"
#include "cli/run_model.hpp"
#include "core/event.hpp"

#include <memory>
#include <string>
#include <vector>

namespace troupe::cli {

/// How a run is shown while it lasts.
class run_display {
public:
  virtual ~run_display() = default;

  /// `model` knows of the event already.
  virtual void show(const core::event& x, const run_model& model) = 0;

  /// Called about ten times a second.
  virtual void refresh(const run_model& model, core::time_point now) = 0;

  /// Something the run itself has to say, one line.
  virtual void note(const std::string& text) = 0;

  /// Leaves the terminal as it was.
  virtual void finish() = 0;
};

enum class display_kind : uint8_t { none, lines, live };

/// Shows on standard output.
std::unique_ptr<run_display> make_display(display_kind kind, std::string name,
                                          core::time_point started,
                                          const palette& color);

} // namespace troupe::cli
