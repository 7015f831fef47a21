#pragma once

#include "cli/substitution.hpp"

#include <string>
#include <utility>
#include <vector>

namespace troupe::cli {

/// `--set name=value`, in the order given.
using variable_settings = std::vector<std::pair<std::string, std::string>>;

/// The values of the vars a file declares: overridden by the settings, and with
/// what they refer to put in. `declared` may be null. The result is a mapping.
yaml_node resolve_variables(const yaml_node* declared,
                            const variable_settings& settings,
                            const scope& outer, substitution& substitute,
                            mistakes& found);

} // namespace troupe::cli
