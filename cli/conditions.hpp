#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace troupe::cli {

/// What is wrong with a condition; nothing if it can be evaluated.
std::optional<std::string> find_condition_problem(std::string_view condition);

} // namespace troupe::cli
