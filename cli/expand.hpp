#pragma once

#include "cli/yaml_node.hpp"
#include "core/error.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace troupe::cli {

/// One element of a `foreach`.
struct foreach_element {
  /// What `${item}` stands for. For a file a mapping of its parts, whose entry
  /// without a name is what the element is as text.
  yaml_node value;
  /// What tells the task apart from others; see unique_labels().
  std::string label;
};

/// Sorted paths of the files that match one of some patterns and none of those
/// to be left out.
using file_finder = std::function<core::result<std::vector<std::string>>(
  const std::vector<std::string>& patterns,
  const std::vector<std::string>& exclude)>;

/// The elements of a `foreach` of `where` ("task 'count'"), at least one;
/// nothing if there are mistakes.
std::optional<std::vector<foreach_element>>
expand_foreach(const yaml_node& node, const std::string& where,
               const file_finder& find_files, mistakes& found);

/// Makes labels fit to be part of a name: one line, not long, not empty (the
/// position instead), and the equal ones numbered by their positions.
std::vector<std::string> unique_labels(std::vector<std::string> labels);

} // namespace troupe::cli
