#pragma once

#include "core/error.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::core {

enum class priority_level : uint8_t {
  low = 1,
  normal = 2,
  high = 3,
  critical = 4
};

/// How urgent a task is: 0 (least) to 100. The levels stand for 25, 50, 75 and
/// 100. Holds any integer, so that validate() can name one out of range.
class task_priority {
public:
  static constexpr int32_t min = 0;
  static constexpr int32_t max = 100;

  constexpr task_priority() noexcept = default;

  constexpr task_priority(priority_level level) noexcept
    : value_(static_cast<int32_t>(level) * 25) {
  }

  constexpr task_priority(int32_t value) noexcept : value_(value) {
  }

  constexpr int32_t value() const noexcept {
    return value_;
  }

  constexpr bool is_valid() const noexcept {
    return value_ >= min && value_ <= max;
  }

  friend constexpr auto operator<=>(task_priority, task_priority) = default;

private:
  int32_t value_ = 50;
};

inline constexpr task_priority low{priority_level::low};
inline constexpr task_priority normal{priority_level::normal};
inline constexpr task_priority high{priority_level::high};
inline constexpr task_priority critical{priority_level::critical};

/// `low`, `normal`, `high`, `critical` for the levels' values, else the number.
std::string to_string(task_priority x);

/// Reads a level's name or an integer of 0..100.
result<task_priority> parse_priority(std::string_view text);

} // namespace troupe::core
