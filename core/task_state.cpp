#include "core/task_state.hpp"

#include "core/enum_names.hpp"

#include <array>

namespace troupe::core {

namespace {

constexpr std::array<std::string_view, task_status_count> status_names{
  "pending",   "running", "paused",    "input_required",
  "completed", "failed",  "cancelled",
};
static_assert(status_names.size() == static_cast<size_t>(task_status_last) + 1);

constexpr std::array<std::string_view, 6> reason_names{
  "none", "blocked", "scheduled", "queued", "held", "backoff",
};
static_assert(reason_names.size()
              == static_cast<size_t>(pending_reason_last) + 1);

constexpr uint8_t bit(task_status x) noexcept {
  return static_cast<uint8_t>(1u << static_cast<uint8_t>(x));
}

using enum task_status;

// By the status a task is in: those it may go to. The diagram of
// docs/task_states.md says the same, and a test compares them.
constexpr std::array<uint8_t, task_status_count> successors{
  bit(running) | bit(paused) | bit(failed) | bit(cancelled),
  bit(pending) | bit(paused) | bit(input_required) | bit(completed)
    | bit(failed) | bit(cancelled),
  bit(pending) | bit(running) | bit(failed) | bit(cancelled),
  bit(pending) | bit(running) | bit(failed) | bit(cancelled),
  0,
  0,
  0,
};

} // namespace

std::string_view to_string(task_status x) noexcept {
  return name_of(status_names, x);
}

std::string_view to_string(pending_reason x) noexcept {
  return name_of(reason_names, x);
}

result<task_status> parse_task_status(std::string_view text) {
  return parse_name<task_status>(status_names, "a task status", text);
}

bool may_change(task_status from, task_status to) noexcept {
  return (successors[static_cast<size_t>(from)] & bit(to)) != 0;
}

} // namespace troupe::core
