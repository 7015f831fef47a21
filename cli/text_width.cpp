#include "cli/text_width.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

namespace troupe::cli {

namespace {

struct range {
  uint32_t first;
  uint32_t last;
};

// Combining and invisible characters, from Unicode's categories Mn, Me and Cf,
// by blocks.
constexpr std::array<range, 25> zero_width{{
  {0x0300, 0x036f},   {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a},
  {0x064b, 0x065f},   {0x0670, 0x0670}, {0x06d6, 0x06dc}, {0x0900, 0x0902},
  {0x093c, 0x093c},   {0x0941, 0x0948}, {0x094d, 0x094d}, {0x0e31, 0x0e31},
  {0x0e34, 0x0e3a},   {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
  {0x200b, 0x200f},   {0x202a, 0x202e}, {0x2060, 0x2064}, {0x20d0, 0x20f0},
  {0x302a, 0x302d},   {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff},
  {0xe0100, 0xe01ef},
}};

// East Asian wide and fullwidth characters, and emoji shown as pictures.
constexpr std::array<range, 25> double_width{{
  {0x1100, 0x115f},   {0x231a, 0x231b}, {0x2329, 0x232a}, {0x23e9, 0x23ec},
  {0x23f0, 0x23f0},   {0x23f3, 0x23f3}, {0x25fd, 0x25fe}, {0x2614, 0x2615},
  {0x26a1, 0x26a1},   {0x2705, 0x2705}, {0x274c, 0x274c}, {0x2753, 0x2755},
  {0x2795, 0x2797},   {0x2b50, 0x2b50}, {0x2e80, 0x303e}, {0x3041, 0x33ff},
  {0x3400, 0x4dbf},   {0x4e00, 0x9fff}, {0xa000, 0xa4cf}, {0xac00, 0xd7a3},
  {0xf900, 0xfaff},   {0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0x1f300, 0x1faff},
  {0x20000, 0x3fffd},
}};

template <size_t N>
bool is_in(const std::array<range, N>& ranges, uint32_t x) {
  return std::ranges::any_of(ranges, [x](auto& r) {
    return x >= r.first && x <= r.last;
  });
}

struct character {
  size_t bytes = 1;
  size_t width = 1;
  bool is_valid = true;
};

character first_character(std::string_view s) {
  auto lead = static_cast<unsigned char>(s[0]);
  if (lead < 0x80)
    return {1, 1, lead >= 0x20 && lead != 0x7f};
  size_t bytes = lead >= 0xf0 && lead < 0xf5   ? 4
                 : lead >= 0xe0 && lead < 0xf0 ? 3
                 : lead >= 0xc2 && lead < 0xe0 ? 2
                                               : 0;
  if (bytes == 0 || s.size() < bytes)
    return {1, 1, false};
  uint32_t code = lead & (0xffu >> (bytes + 1));
  for (size_t i = 1; i < bytes; ++i) {
    auto tail = static_cast<unsigned char>(s[i]);
    if ((tail & 0xc0) != 0x80)
      return {1, 1, false};
    code = code << 6 | (tail & 0x3f);
  }
  // C1 controls move cursors as much as the C0 ones do; so do the marks that
  // turn the direction of text around.
  auto is_harmful = code < 0xa0 || (code >= 0x202a && code <= 0x202e)
                    || (code >= 0x2066 && code <= 0x2069);
  if (is_harmful)
    return {bytes, 1, false};
  size_t width = is_in(zero_width, code)     ? 0
                 : is_in(double_width, code) ? 2
                                             : 1;
  return {bytes, width, true};
}

} // namespace

size_t display_width(std::string_view text) {
  size_t result = 0;
  while (!text.empty()) {
    auto next = first_character(text);
    result += next.width;
    text.remove_prefix(next.bytes);
  }
  return result;
}

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    auto next = first_character(text);
    if (next.is_valid)
      result += text.substr(0, next.bytes);
    else
      result += text[0] == '\n' || text[0] == '\t' || text[0] == '\r' ? ' '
                                                                      : '?';
    text.remove_prefix(next.bytes);
  }
  return result;
}

std::string shorten(std::string_view text, size_t width) {
  if (display_width(text) <= width)
    return std::string{text};
  if (width == 0)
    return {};
  std::string result;
  size_t used = 0;
  while (!text.empty()) {
    auto next = first_character(text);
    if (used + next.width > width - 1)
      break;
    result += text.substr(0, next.bytes);
    used += next.width;
    text.remove_prefix(next.bytes);
  }
  return result + "…";
}

std::string fit(std::string_view text, size_t width) {
  auto result = shorten(text, width);
  result.append(width - display_width(result), ' ');
  return result;
}

std::string fit_right(std::string_view text, size_t width) {
  auto result = shorten(text, width);
  return std::string(width - display_width(result), ' ') + result;
}

} // namespace troupe::cli
