#pragma once

#include "cli/plan.hpp"
#include "cli/run_model.hpp"
#include "core/payload.hpp"

namespace troupe::cli {

/// What `--trace` writes: the trace event format (JSON object form) that
/// Perfetto and chrome://tracing open. A process per agent, in it a row per
/// slot, on it a complete event per attempt, and arrows from what a task
/// needed. Times are microseconds since `origin`; attempts that have not ended
/// are drawn up to `until`.
core::json make_trace(const run_model& model, const plan& p,
                      core::time_point origin, core::time_point until);

} // namespace troupe::cli
