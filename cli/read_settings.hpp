#pragma once

#include "cli/pipeline.hpp"
#include "cli/yaml_reader.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::cli {

/// What `defaults` and tasks can both say.
struct common_settings {
  std::optional<std::string> queue;
  source_mark queue_mark;
  std::optional<core::task_priority> priority;
  std::optional<core::time_limits> limits;
  std::optional<core::retry_settings> retry;
  /// Parameters of `process.run`; null if not given.
  const yaml_node* env = nullptr;
  const yaml_node* cwd = nullptr;
};

/// Reads those keys, and takes those not there from `fallback`.
common_settings read_common(mapping_reader& reader,
                            const common_settings& fallback, mistakes& found);

/// The section `defaults`. The result points into `root`.
common_settings read_defaults(const yaml_node& root, mistakes& found);

/// The section `queues`, and `default`.
std::vector<queue_declaration> read_queues(const yaml_node& root,
                                           mistakes& found);

/// The section `agents`; without it one agent that does it all.
std::vector<agent_declaration>
read_agents(const yaml_node& root, uint32_t default_slots, mistakes& found);

} // namespace troupe::cli
