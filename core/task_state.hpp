#pragma once

#include "core/error.hpp"

#include <cstdint>
#include <string_view>

namespace troupe::core {

/// What people see of a task. See docs/task_states.md for the diagram.
enum class task_status : uint8_t {
  pending,
  running,
  paused,
  input_required,
  completed,
  failed,
  cancelled,
};

inline constexpr task_status task_status_last = task_status::cancelled;
inline constexpr size_t task_status_count = 7;

/// Why a pending task waits.
enum class pending_reason : uint8_t {
  none,
  /// Dependencies have not ended.
  blocked,
  /// It is not due yet.
  scheduled,
  /// It is in its queue and waits for its turn and a slot.
  queued,
  /// A circuit, a pause or a limit keeps it.
  held,
  /// It failed and will be tried again.
  backoff,
};

inline constexpr pending_reason pending_reason_last = pending_reason::backoff;

std::string_view to_string(task_status x) noexcept;
std::string_view to_string(pending_reason x) noexcept;
result<task_status> parse_task_status(std::string_view text);

constexpr bool is_end(task_status x) noexcept {
  return x >= task_status::completed;
}

/// Whether a task may go from one status to the other. The ends lead nowhere;
/// running leads back to pending for another attempt.
bool may_change(task_status from, task_status to) noexcept;

} // namespace troupe::core
