#pragma once

#include "cli/yaml_node.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace troupe::cli {

/// Bounds on what is read, against input made to exhaust memory: aliases can
/// make a short file very large.
struct yaml_limits {
  size_t file_bytes_max = 8u << 20;
  size_t nodes_max = 500'000;
  size_t text_bytes_max = 64u << 20;
  size_t depth_max = 64;
};

/// The one document of a YAML or JSON text. Nothing if it cannot be read at
/// all (syntax, encoding, bounds), with the first reason added to `found`;
/// keys given twice are added too but do not prevent the rest.
std::optional<yaml_node> parse_yaml(std::string_view text, mistakes& found,
                                    const yaml_limits& limits = {});

} // namespace troupe::cli
