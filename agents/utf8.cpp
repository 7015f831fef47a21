#include "agents/utf8.hpp"

#include <cstdint>

namespace troupe::agents {

namespace {

/// What is found at some place of a text.
struct piece {
  size_t size = 0;
  bool is_character = false;
  /// Only the end of the text kept it from becoming a character.
  bool is_cut_off = false;
};

/// The bounds of the second byte are what excludes overlong forms, surrogates
/// and what is beyond U+10FFFF.
piece piece_at(std::string_view text, size_t begin) noexcept {
  auto byte = [&](size_t i) {
    return static_cast<uint8_t>(text[begin + i]);
  };
  auto left = text.size() - begin;
  auto lead = byte(0);
  if (lead < 0x80)
    return {1, true};
  size_t size = 0;
  if (lead >= 0xC2 && lead <= 0xDF)
    size = 2;
  else if (lead >= 0xE0 && lead <= 0xEF)
    size = 3;
  else if (lead >= 0xF0 && lead <= 0xF4)
    size = 4;
  else
    return {1};
  uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  for (size_t i = 1; i < size; ++i) {
    if (i == left)
      return {i, false, true};
    if (byte(i) < low || byte(i) > high)
      return {i};
    low = 0x80;
    high = 0xBF;
  }
  return {size, true};
}

} // namespace

utf8_text to_utf8(std::string bytes) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  utf8_text result;
  size_t copied = 0;
  for (size_t i = 0; i < bytes.size();) {
    auto found = piece_at(bytes, i);
    if (!found.is_character) {
      result.is_valid = false;
      result.text.append(bytes, copied, i - copied).append(replacement);
      copied = i + found.size;
    }
    i += found.size;
  }
  if (result.is_valid)
    result.text = std::move(bytes);
  else
    result.text.append(bytes, copied);
  return result;
}

size_t size_of_whole_characters(std::string_view text) noexcept {
  // No character has more than four bytes.
  for (size_t n = 1; n <= 3 && n <= text.size(); ++n)
    if (piece_at(text, text.size() - n).is_cut_off)
      return text.size() - n;
  return text.size();
}

} // namespace troupe::agents
