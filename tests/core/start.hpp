#pragma once

#include "core/time.hpp"

#include <chrono>

namespace troupe::core {

/// When most tests begin that need to begin some time.
inline constexpr time_point start{std::chrono::seconds{1'700'000'000}};

} // namespace troupe::core
