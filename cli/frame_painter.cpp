#include "cli/frame_painter.hpp"

#include "cli/text_width.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::cli {

std::string frame_painter::paint(const std::vector<std::string>& permanent,
                                 std::vector<std::string> frame, size_t width) {
  auto result = go_back(width);
  for (auto& x : permanent)
    result += x + "\x1b[K\n";
  for (auto& x : frame)
    result += x + "\x1b[K\n";
  // What a longer frame left below.
  result += "\x1b[J";
  last_ = std::move(frame);
  return result;
}

std::string frame_painter::erase(size_t width) {
  auto result = last_.empty() ? std::string{} : go_back(width) + "\x1b[J";
  last_.clear();
  return result;
}

std::string frame_painter::go_back(size_t width) const {
  size_t rows = 0;
  for (auto& x : last_) {
    auto columns = std::max<size_t>(visible_width(x), 1);
    rows += width == 0 ? 1 : (columns + width - 1) / width;
  }
  return rows == 0 ? std::string{} : fmt::format("\x1b[{}A\r", rows);
}

size_t visible_width(const std::string& text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      i = text.find('m', i);
      if (i == text.npos)
        break;
    } else {
      plain += text[i];
    }
  }
  return display_width(plain);
}

} // namespace troupe::cli
