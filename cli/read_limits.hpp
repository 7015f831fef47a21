#pragma once

#include "cli/yaml_reader.hpp"
#include "core/placement.hpp"
#include "core/queue_spec.hpp"
#include "core/resources.hpp"

#include <string_view>
#include <vector>

namespace troupe::cli {

/// `key_max`, `at_key_max`, `rate` and `retry_budget` of a queue, where they
/// are there.
void read_limits(mapping_reader& reader, core::queue_spec& spec,
                 mistakes& found);

/// `resources` of a task or an agent: a mapping of names to numbers above 0.
core::resource_amounts read_resources(mapping_reader& reader, mistakes& found);

/// `labels` or `preferred_labels` of a task: a rule or a list of rules, as
/// core::parse_label_rule() reads them.
std::vector<core::label_rule>
read_labels(mapping_reader& reader, std::string_view key, mistakes& found);

} // namespace troupe::cli
