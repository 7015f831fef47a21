#pragma once

namespace troupe::core {

/// One of `0` to `9`, whatever the locale.
constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

} // namespace troupe::core
