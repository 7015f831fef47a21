#pragma once

#include "core/time.hpp"

#include <string_view>

namespace troupe::core {

/// Reads `2026-01-31T12:00:00Z`, also with up to nine digits of a fraction and
/// with an offset instead of `Z` (`+01:00`). `ec::invalid_argument` if it is
/// not that, no such day, or not from 1970 to 2199.
result<time_point> parse_time(std::string_view text);

} // namespace troupe::core
