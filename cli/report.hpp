#pragma once

#include "cli/run_outcome.hpp"
#include "core/payload.hpp"

namespace troupe::cli {

/// What `--report` writes: the run, its counts, and each task's record as
/// core::to_json() gives it plus `needs` (names) and `outcome`.
core::json make_report(const run_outcome& run, const plan& p);

} // namespace troupe::cli
