#pragma once

#include "core/error.hpp"
#include "core/task_spec.hpp"

#include <cstdint>

namespace troupe::core {

/// Whether a task that has failed `failures` times, the last time with `why`,
/// is tried again: not if that cannot help (`error::is_permanent`), was asked
/// for (`cancelled`), is not among `retry_on`, or was the last attempt allowed.
bool is_retried(const retry_settings& settings, uint32_t failures,
                const error& why) noexcept;

/// How long to wait after the failure with this number, which counts from 1:
/// `base` (fixed), `base * failures` (linear) or `base * factor^(failures - 1)`
/// (exponential), at most `cap`; of that, by the kind of jitter, a share that
/// `chance` (0 <= chance < 1) decides. Full jitter is uniform from zero on: it
/// spreads out tasks that failed together best (M. Brooker, "Exponential
/// Backoff And Jitter", AWS Architecture Blog, 2015).
duration backoff_delay(const retry_settings& settings, uint32_t failures,
                       double chance) noexcept;

} // namespace troupe::core
