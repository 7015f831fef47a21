#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace troupe::cli {

/// Columns a terminal takes for a line of UTF-8: none for combining characters,
/// two for wide ones. Control characters and what is not UTF-8 count one per
/// byte, as printable() shows them.
size_t display_width(std::string_view text);

/// The text with everything in it that could do something to a terminal
/// replaced by `?`, and line ends and tabs by spaces.
std::string printable(std::string_view text);

/// At most `width` columns of it; if something had to go, the last one is `…`.
std::string shorten(std::string_view text, size_t width);

/// Exactly `width` columns: shortened, or filled up with spaces at the end.
std::string fit(std::string_view text, size_t width);

/// The same, filled up at the front.
std::string fit_right(std::string_view text, size_t width);

} // namespace troupe::cli
