#include "core/error.hpp"

#include "core/enum_names.hpp"

#include <fmt/format.h>

#include <array>

namespace troupe::core {

namespace {

constexpr std::array<std::string_view, 34> code_names{
  "none",
  "invalid_argument",
  "unknown_task",
  "unknown_queue",
  "unknown_agent",
  "duplicate",
  "cycle",
  "queue_full",
  "wrong_status",
  "stopping",
  "timeout",
  "handler_failed",
  "handler_crashed",
  "no_handler",
  "agent_lost",
  "unresolved_reference",
  "dependency_failed",
  "cancelled",
  "skipped",
  "system_error",
  "unavailable",
  "circuit_open",
  "rate_limited",
  "key_busy",
  "superseded",
  "shed",
  "limit_exceeded",
  "journal_full",
  "journal_failed",
  "journal_corrupt",
  "journal_in_use",
  "journal_too_new",
  "key_conflict",
  "not_durable",
};
static_assert(code_names.size() == static_cast<size_t>(ec_last) + 1);

} // namespace

std::string_view to_string(ec code) noexcept {
  return name_of<ec>(code_names, code);
}

std::string to_string(const error& what) {
  if (what.message.empty())
    return std::string{to_string(what.code)};
  return fmt::format("{}: {}", to_string(what.code), what.message);
}

} // namespace troupe::core
