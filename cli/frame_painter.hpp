#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace troupe::cli {

/// Redraws some lines in place at the bottom of a terminal: computes what to
/// write, without writing it. When the terminal has become narrower since, it
/// has wrapped the lines, which is taken into account.
class frame_painter {
public:
  /// What replaces the last frame by `permanent` lines, which scroll away
  /// later, and a new frame. No line of the frame is wider than `width`.
  std::string paint(const std::vector<std::string>& permanent,
                    std::vector<std::string> frame, size_t width);

  /// What takes the last frame away.
  std::string erase(size_t width);

private:
  std::string go_back(size_t width) const;

  std::vector<std::string> last_;
};

/// Columns that coloured text takes.
size_t visible_width(const std::string& text);

} // namespace troupe::cli
