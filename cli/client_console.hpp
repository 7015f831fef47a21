#pragma once

#include "cli/palette.hpp"
#include "core/error.hpp"
#include "core/time.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace troupe::cli {

/// Where a client command's words go, and what may stop it.
struct client_console {
  /// Standard output and standard error, whole lines.
  std::function<void(std::string_view)> print;
  std::function<void(std::string_view)> complain;
  /// The signal that asks it to stop; 0 = none so far.
  std::function<int()> interruption = [] {
    return 0;
  };
  /// Lets time pass, but not when interrupted.
  std::function<void(core::duration)> rest = [](core::duration) {
  };
  /// Columns of the terminal.
  size_t width = 120;
  palette color = palette{};
};

/// Says what is wrong, and returns the exit status for it: that of bad usage if
/// the arguments, or the way to the manager, are to blame.
int refuse(const client_console& to, const core::error& why);

} // namespace troupe::cli
