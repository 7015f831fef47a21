#include "cli/names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::cli {

namespace {

constexpr size_t name_bytes_max = 100;

bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

} // namespace

bool is_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= name_bytes_max && is_letter(text[0])
         && std::all_of(text.begin(), text.end(), [](char c) {
              return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
            });
}

void check_name(std::string_view what, std::string_view name, source_mark at,
                mistakes& found) {
  if (!is_name(name))
    found.add(at, fmt::format("{} is no name for {}: it takes letters, "
                              "digits, '_' and '-', the first a letter or '_'",
                              in_quotes(name), what));
}

} // namespace troupe::cli
