#pragma once

#include "cli/mistakes.hpp"

#include <string_view>

namespace troupe::cli {

/// Letters, digits, `_` and `-`, beginning with a letter or `_`; at most 100
/// of them.
bool is_name(std::string_view text) noexcept;

/// A mistake if `name` of `what` ("a task", "an agent") is not a name.
void check_name(std::string_view what, std::string_view name, source_mark at,
                mistakes& found);

} // namespace troupe::cli
