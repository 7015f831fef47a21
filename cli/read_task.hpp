#pragma once

#include "cli/pipeline.hpp"
#include "cli/read_settings.hpp"

#include <string>

namespace troupe::cli {

/// Reads one task, in which `${item}` and the like have been replaced already.
/// `key` is its name under `tasks`, `at` where that stands.
task_instance read_task(const yaml_node& task, const std::string& key,
                        source_mark at, bool is_fan_out,
                        const common_settings& defaults, mistakes& found);

} // namespace troupe::cli
