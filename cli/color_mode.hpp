#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace troupe::cli {

enum class color_mode : uint8_t { automatic, always, never };

/// How they are written, in that order.
inline constexpr std::array<std::string_view, 3> color_words
  = {"auto", "always", "never"};

} // namespace troupe::cli
