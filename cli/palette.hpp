#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::cli {

enum class paint : uint8_t { plain, bold, dim, red, green, yellow, blue, cyan };

/// Colours text for a terminal, or leaves it as it is.
class palette {
public:
  explicit palette(bool is_colorful = false) : is_colorful_(is_colorful) {
  }

  bool is_colorful() const noexcept {
    return is_colorful_;
  }

  std::string operator()(paint how, std::string_view text) const;

private:
  bool is_colorful_;
};

} // namespace troupe::cli
