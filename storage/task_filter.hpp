#pragma once

#include "core/journal_batch.hpp"
#include "core/task_query.hpp"

namespace troupe::storage {

/// How many tasks one call of journal::list() looks at, or entries one of
/// journal::list_audit().
inline constexpr uint64_t list_steps_max = 20'000;

/// How many tasks or entries a page of an answer may have at most.
uint32_t page_limit(const core::task_query& query) noexcept;
uint32_t page_limit(const core::audit_query& query) noexcept;

/// Whether a task is asked for; `limit` and `after` aside.
bool matches(const core::task_query& query,
             const core::task_image& image) noexcept;

} // namespace troupe::storage
