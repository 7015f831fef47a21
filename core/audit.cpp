#include "core/audit.hpp"

namespace troupe::core {

bool matches(const audit_query& query, const audit_entry& entry) noexcept {
  auto is_like = [](const std::string& wanted, const std::string& is) {
    return wanted.empty() || wanted == is;
  };
  return (query.task.is_nil() || query.task == entry.task)
         && is_like(query.by, entry.by) && is_like(query.action, entry.action)
         && (query.since == never || entry.at >= query.since)
         && (query.until == never || entry.at < query.until);
}

} // namespace troupe::core
