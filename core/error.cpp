#include "core/error.hpp"

#include <fmt/format.h>

namespace troupe::core {

std::string_view to_string(ec code) noexcept {
  switch (code) {
    case ec::none:
      return "none";
    case ec::invalid_argument:
      return "invalid_argument";
    case ec::unknown_task:
      return "unknown_task";
    case ec::unknown_queue:
      return "unknown_queue";
    case ec::unknown_agent:
      return "unknown_agent";
    case ec::duplicate:
      return "duplicate";
    case ec::cycle:
      return "cycle";
    case ec::queue_full:
      return "queue_full";
    case ec::wrong_status:
      return "wrong_status";
    case ec::stopping:
      return "stopping";
    case ec::timeout:
      return "timeout";
    case ec::handler_failed:
      return "handler_failed";
    case ec::handler_crashed:
      return "handler_crashed";
    case ec::no_handler:
      return "no_handler";
    case ec::agent_lost:
      return "agent_lost";
    case ec::unresolved_reference:
      return "unresolved_reference";
    case ec::dependency_failed:
      return "dependency_failed";
    case ec::cancelled:
      return "cancelled";
    case ec::skipped:
      return "skipped";
    case ec::system_error:
      return "system_error";
    case ec::unavailable:
      return "unavailable";
    case ec::circuit_open:
      return "circuit_open";
    case ec::rate_limited:
      return "rate_limited";
    case ec::key_busy:
      return "key_busy";
    case ec::superseded:
      return "superseded";
    case ec::shed:
      return "shed";
    case ec::limit_exceeded:
      return "limit_exceeded";
    case ec::journal_full:
      return "journal_full";
    case ec::journal_failed:
      return "journal_failed";
    case ec::journal_corrupt:
      return "journal_corrupt";
    case ec::journal_in_use:
      return "journal_in_use";
    case ec::journal_too_new:
      return "journal_too_new";
    case ec::key_conflict:
      return "key_conflict";
    case ec::not_durable:
      return "not_durable";
  }
  return "unknown";
}

std::string to_string(const error& what) {
  if (what.message.empty())
    return std::string{to_string(what.code)};
  return fmt::format("{}: {}", to_string(what.code), what.message);
}

} // namespace troupe::core
