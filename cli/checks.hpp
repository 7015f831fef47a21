#pragma once

#include "cli/pipeline.hpp"

namespace troupe::cli {

/// Adds what is wrong between the parts of a pipeline: names of tasks, queues
/// and agents that lead nowhere, capabilities no agent has, fan-outs that do
/// not pair, and circles of needs, spelled out.
void check_pipeline(const pipeline& p, mistakes& found);

} // namespace troupe::cli
