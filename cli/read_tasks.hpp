#pragma once

#include "cli/expand.hpp"
#include "cli/pipeline.hpp"
#include "cli/read_settings.hpp"
#include "cli/substitution.hpp"

#include <string_view>
#include <vector>

namespace troupe::cli {

/// What reading tasks takes besides the tasks.
struct task_surroundings {
  const common_settings& defaults;
  const scope& names;
  const file_finder& find_files;
  substitution& substitute;
  mistakes& found;
};

/// The section `tasks`, each with `foreach` expanded. Checks what can be told
/// from a task alone; see check_pipeline() for the rest.
std::vector<task_group> read_tasks(const yaml_node& root,
                                   const task_surroundings& around);

} // namespace troupe::cli
