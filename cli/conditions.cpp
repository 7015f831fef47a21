#include "cli/conditions.hpp"

#include "core/condition.hpp"

namespace troupe::cli {

std::optional<std::string> find_condition_problem(std::string_view condition) {
  if (auto read = core::parse_condition(condition); !read)
    return read.error().message;
  return std::nullopt;
}

} // namespace troupe::cli
