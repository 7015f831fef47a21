#pragma once

#include "cli/live_view.hpp"
#include "cli/options.hpp"

#include <string_view>

namespace troupe::cli {

/// A file descriptor that is a terminal which can move its cursor.
bool is_terminal(int descriptor);

/// Its size now, and what the locale says of its characters.
screen measure_screen(int descriptor);

/// By the option, then `NO_COLOR`, then whether it is a terminal.
bool wants_color(color_mode mode, int descriptor);

/// Writes all of it; a reader that has gone away is not an error worth a word.
/// False if it could not be written.
bool write_all(int descriptor, std::string_view text);

} // namespace troupe::cli
