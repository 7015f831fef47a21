#include "core/task.hpp"

#include "core/enum_names.hpp"

#include <array>

namespace troupe::core {

namespace {

constexpr std::array<std::string_view, 12> history_names{
  "submitted",        "ready",    "started", "attempt_failed", "attempt_lost",
  "priority_changed", "paused",   "resumed", "ended",          "input_required",
  "input_provided",   "replayed",
};
static_assert(history_names.size()
              == static_cast<size_t>(history_kind_last) + 1);

} // namespace

std::string_view to_string(history_kind x) noexcept {
  return name_of(history_names, x);
}

} // namespace troupe::core
