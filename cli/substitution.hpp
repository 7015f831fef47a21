#pragma once

#include "cli/yaml_node.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::cli {

/// A variable of the environment; nothing if it is not set.
using environment_lookup
  = std::function<std::optional<std::string>(std::string_view)>;

/// What a reference's head stands for while a file is read.
struct scope {
  /// `vars` -> a mapping, `pipeline` -> a mapping, `item`, `index`, ...
  std::map<std::string, const yaml_node*, std::less<>> roots;
  /// What `${env.X}` asks; empty = `env` is left alone like any other head.
  environment_lookup environment;
};

/// Replaces, within bounds, the references whose head a scope knows, and leaves
/// all others to whoever comes next. What is put in keeps its own spelling; a
/// text that is one reference takes the whole value.
class substitution {
public:
  /// `budget` bounds values plus bytes put in over the lifetime.
  substitution(mistakes& found, size_t budget = 32u << 20)
    : found_(found), budget_(budget) {
  }

  /// In a value and all within it.
  void apply(yaml_node& node, const scope& names);

  /// In a condition: what is put in becomes a literal, in quotes if it is text,
  /// unless the reference stands within quotes.
  void apply_to_condition(yaml_node& node, const scope& names);

private:
  void apply_to_text(yaml_node& node, const scope& names);

  /// Nothing if the head is not in the scope, or (a mistake) the rest is not
  /// there.
  std::optional<yaml_node> resolve(std::string_view reference, source_mark at,
                                   const scope& names, bool& is_known);

  std::optional<yaml_node> resolve_environment(std::string_view reference,
                                               source_mark at,
                                               const scope& names);

  bool spend(const yaml_node& node, source_mark at);

  mistakes& found_;
  size_t budget_;
  bool is_exhausted_ = false;
};

} // namespace troupe::cli
