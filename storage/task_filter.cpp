#include "storage/task_filter.hpp"

#include <algorithm>

namespace troupe::storage {

uint32_t page_limit(const core::task_query& query) noexcept {
  return std::clamp<uint32_t>(query.limit, 1, 1000);
}

uint32_t page_limit(const core::audit_query& query) noexcept {
  return std::clamp<uint32_t>(query.limit, 1, 1000);
}

bool matches(const core::task_query& query,
             const core::task_image& image) noexcept {
  auto& spec = *image.spec;
  auto is_like = [](const std::string& wanted, const std::string& is) {
    return wanted.empty() || wanted == is;
  };
  return (!query.status || *query.status == image.status)
         && (query.parent.is_nil() || query.parent == spec.parent)
         && is_like(query.queue, spec.queue) && is_like(query.owner, spec.owner)
         && is_like(query.name, spec.name)
         && (query.tag.empty()
             || std::ranges::find(spec.tags, query.tag) != spec.tags.end());
}

} // namespace troupe::storage
