#pragma once

#include "core/payload.hpp"

#include <cstddef>
#include <string_view>

namespace troupe::core {

/// How many bytes a value has as compact JSON text, give or take what strings
/// need to be escaped and numbers to be exact. Stops where it is more than
/// `enough`: so a small value costs a few nanoseconds for each part of it,
/// less than it took to make that, and a huge one no more than `enough` does.
size_t rough_size(const json& x, size_t enough = SIZE_MAX);

/// `ec::limit_exceeded`, permanent, if it is bigger than `bytes_max`; `what` is
/// what it is called, with its article.
result<void> check_size(const payload& x, size_t bytes_max,
                        std::string_view what);

} // namespace troupe::core
