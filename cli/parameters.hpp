#pragma once

#include "agents/schema.hpp"
#include "cli/yaml_node.hpp"
#include "core/payload.hpp"

#include <span>
#include <string>
#include <string_view>

namespace troupe::cli {

/// The parameters of a capability as JSON. Where text is wanted, a scalar gives
/// its spelling (`argv: [head, -n, 5]`, `path: 1.10`); elsewhere it means what
/// it means in YAML.
core::json parameters_to_json(const yaml_node& parameters,
                              const agents::capability_schema& schema);

/// Adds what is wrong with them, each where it stands; what is missing, at
/// `at`. `where` is "task 'build'".
void check_parameters(const yaml_node& parameters, const core::json& value,
                      const agents::capability_schema& schema, source_mark at,
                      const std::string& where, mistakes& found);

/// Adds a mistake for each reference in the texts of `node` that is not to one
/// of the `aliases`.
void check_references(const yaml_node& node,
                      std::span<const std::string> aliases,
                      const std::string& where, mistakes& found);

/// A value in it could not be made out, which has been reported.
bool has_broken(const yaml_node& node);

} // namespace troupe::cli
