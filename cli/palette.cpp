#include "cli/palette.hpp"

#include <array>

namespace troupe::cli {

namespace {

// In the order of the enum.
constexpr std::array<std::string_view, 8> codes = {"0",  "1",  "2",  "31",
                                                   "32", "33", "34", "36"};

} // namespace

std::string palette::operator()(paint how, std::string_view text) const {
  if (!is_colorful_ || how == paint::plain || text.empty())
    return std::string{text};
  std::string result = "\x1b[";
  result += codes[static_cast<size_t>(how)];
  result += 'm';
  result += text;
  return result + "\x1b[0m";
}

} // namespace troupe::cli
