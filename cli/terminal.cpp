#include "cli/terminal.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>

namespace troupe::cli {

namespace {

std::string_view variable(const char* name) {
  auto value = std::getenv(name);
  return value ? value : "";
}

bool is_utf8_locale() {
  for (auto name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (auto value = variable(name); !value.empty())
      return value.find("UTF-8") != value.npos
             || value.find("utf8") != value.npos
             || value.find("UTF8") != value.npos
             || value.find("utf-8") != value.npos;
  return false;
}

} // namespace

bool is_terminal(int descriptor) {
  auto kind = variable("TERM");
  return ::isatty(descriptor) == 1 && kind != "dumb" && !kind.empty();
}

screen measure_screen(int descriptor) {
  screen result;
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    result.width = size.ws_col;
    result.height = std::max<size_t>(size.ws_row, 1);
  }
  result.has_unicode = is_utf8_locale();
  return result;
}

bool wants_color(color_mode mode, int descriptor) {
  if (mode != color_mode::automatic)
    return mode == color_mode::always;
  // https://no-color.org: any value but the empty one.
  return variable("NO_COLOR").empty() && is_terminal(descriptor);
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    auto n = ::write(descriptor, text.data(), text.size());
    if (n >= 0) {
      text.remove_prefix(static_cast<size_t>(n));
    } else if (errno == EAGAIN) {
      // Somebody who shares the terminal has made it non-blocking.
      pollfd writable{descriptor, POLLOUT, 0};
      ::poll(&writable, 1, 1000);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

} // namespace troupe::cli
