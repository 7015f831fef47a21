#pragma once

#include "cli/palette.hpp"
#include "cli/pipeline.hpp"
#include "cli/plan.hpp"

#include <string>

namespace troupe::cli {

/// What `--dry-run` prints: who does the work, and the tasks by stages, each
/// with its capability, queue, priority and what it waits for.
std::string render_dry_run(const pipeline& p, const plan& tasks,
                           const palette& color);

} // namespace troupe::cli
