#pragma once

#include "core/error.hpp"
#include "core/nearest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <span>
#include <string_view>

namespace troupe::core {

/// The name of an enumerator, out of all names in order from 0; `unknown` for
/// a value that has none.
template <class Enum>
constexpr std::string_view
name_of(std::span<const std::string_view> names, Enum x) noexcept {
  auto index = static_cast<size_t>(x);
  return index < names.size() ? names[index] : std::string_view{"unknown"};
}

/// The enumerator with this name; otherwise `ec::invalid_argument` with what
/// it is not (`what`, with its article), the nearest name, and all names.
template <class Enum>
result<Enum> parse_name(std::span<const std::string_view> names,
                        std::string_view what, std::string_view text) {
  for (size_t i = 0; i < names.size(); ++i)
    if (names[i] == text)
      return static_cast<Enum>(i);
  return fail(ec::invalid_argument,
              fmt::format("'{}' is not {}{}; it is one of {}", text, what,
                          did_you_mean(text, names), fmt::join(names, ", ")));
}

} // namespace troupe::core
