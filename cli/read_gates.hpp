#pragma once

#include "cli/pipeline.hpp"
#include "cli/yaml_node.hpp"

namespace troupe::cli {

/// The section `rate_limits`.
std::vector<rate_limit_declaration> read_rate_limits(const yaml_node& root,
                                                     mistakes& found);

/// The section `circuits`; nothing if there is none.
std::optional<core::circuit_options> read_circuits(const yaml_node& root,
                                                   mistakes& found);

} // namespace troupe::cli
