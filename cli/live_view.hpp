#pragma once

#include "cli/palette.hpp"
#include "cli/run_model.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace troupe::cli {

/// What a terminal offers.
struct screen {
  size_t width = 80;
  size_t height = 24;
  /// It shows UTF-8, so bars and spinners can be drawn with it.
  bool has_unicode = true;
};

/// One frame of the live view: a line with a bar and counts, and below it the
/// running tasks, as many as there is room for. No line is wider than the
/// screen, and there are fewer lines than it has.
std::vector<std::string>
render_frame(const std::string& name, const run_model& model,
             core::time_point started, core::time_point now, const screen& on,
             const palette& color);

/// `[#####-----]` of `width` columns, full at 1.
std::string render_bar(double share, size_t width, bool has_unicode);

} // namespace troupe::cli
