#pragma once

#include "agents/process_bounds.hpp"
#include "cli/yaml_reader.hpp"

namespace troupe::cli {

/// `directories` and `limits` of an agent, for the programs that it runs.
agents::process_bounds read_bounds(mapping_reader& reader, mistakes& found);

} // namespace troupe::cli
