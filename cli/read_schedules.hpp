#pragma once

#include "cli/read_settings.hpp"
#include "core/schedule_spec.hpp"

#include <vector>

namespace troupe::cli {

/// The section `schedules`: a mapping of names to what runs and when. Their
/// tasks are read as those of a pipeline, but need no others.
std::vector<core::schedule_spec> read_schedules(const yaml_node& root,
                                                const common_settings& defaults,
                                                mistakes& found);

} // namespace troupe::cli
