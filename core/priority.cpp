#include "core/priority.hpp"

#include "core/nearest.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace troupe::core {

namespace {

constexpr std::array<std::string_view, 4> level_names{
  "low",
  "normal",
  "high",
  "critical",
};

} // namespace

std::string to_string(task_priority x) {
  for (size_t i = 0; i < level_names.size(); ++i)
    if (x == task_priority{static_cast<priority_level>(i + 1)})
      return std::string{level_names[i]};
  return std::to_string(x.value());
}

result<task_priority> parse_priority(std::string_view text) {
  for (size_t i = 0; i < level_names.size(); ++i)
    if (text == level_names[i])
      return task_priority{static_cast<priority_level>(i + 1)};
  int32_t number = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(),
                                     number);
  auto is_number = code == std::errc{} && end == text.data() + text.size();
  if (is_number && task_priority{number}.is_valid())
    return task_priority{number};
  return fail(ec::invalid_argument,
              fmt::format("'{}' is not a priority{}; it is one of low, normal, "
                          "high, critical, or a number from {} to {}",
                          text, did_you_mean(text, level_names),
                          task_priority::min, task_priority::max));
}

} // namespace troupe::core
