#pragma once

#include <string>
#include <string_view>

namespace troupe::agents {

/// Bytes as text that JSON can carry.
struct utf8_text {
  std::string text;
  /// Nothing had to be replaced.
  bool is_valid = true;
};

/// Replaces what is not UTF-8 by U+FFFD, one for each longest piece that could
/// have begun a character, as the Unicode standard recommends (3.9, "maximal
/// subparts").
utf8_text to_utf8(std::string bytes);

/// The size without a character at the end of which bytes are missing: where
/// text that was cut at any byte should have been cut.
size_t size_of_whole_characters(std::string_view text) noexcept;

} // namespace troupe::agents
