#pragma once

#include "cli/mistakes.hpp"
#include "core/payload.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::cli {

enum class yaml_kind : uint8_t { null, scalar, list, mapping };

struct yaml_entry;

/// A value of a YAML file and where it stands. Scalars keep their spelling;
/// what they are is for the reader to decide.
struct yaml_node {
  yaml_kind kind = yaml_kind::null;
  source_mark mark;
  /// Of a scalar.
  std::string text;
  /// Quoted, or a block scalar: text, whatever it looks like.
  bool is_quoted = false;
  /// A null in the place of a value that could not be made out; its mistake
  /// has been reported.
  bool is_broken = false;
  /// Of a list.
  std::vector<yaml_node> items;
  /// Of a mapping, in the order of the file, keys unique.
  std::vector<yaml_entry> entries;

  bool is_null() const noexcept {
    return kind == yaml_kind::null;
  }

  bool is_scalar() const noexcept {
    return kind == yaml_kind::scalar;
  }

  bool is_list() const noexcept {
    return kind == yaml_kind::list;
  }

  bool is_mapping() const noexcept {
    return kind == yaml_kind::mapping;
  }

  /// The value of a key of a mapping; null if there is none.
  const yaml_node* find(std::string_view key) const noexcept;
};

struct yaml_entry {
  std::string key;
  source_mark key_mark;
  yaml_node value;
};

yaml_node make_scalar(std::string text, source_mark at, bool is_quoted = true);

yaml_node make_null(source_mark at, bool is_broken = false);

/// "a list", "a mapping", "text", "nothing".
std::string_view describe(yaml_kind x) noexcept;

/// What a scalar that is not quoted means in YAML 1.2: null, a boolean, a
/// number, or else its text. Numbers with leading zeros (`007`) and those JSON
/// does not have (`.inf`) stay text.
core::json scalar_to_json(const yaml_node& scalar);

core::json to_json(const yaml_node& node);

} // namespace troupe::cli
