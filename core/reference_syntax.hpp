#pragma once

#include "core/payload.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::core {

/// What of a dependency is meant.
enum class reference_field : uint8_t { result, status, error, id };

inline constexpr reference_field reference_field_last = reference_field::id;

/// The name as it is written in references.
std::string_view to_string(reference_field x) noexcept;

/// One step into a JSON value: `["key"]` has a key, `[0]` an index, `.name` a
/// key; `.0` has both, and the value decides.
struct path_step {
  std::string key = {};
  std::optional<size_t> index = {};
};

/// A `${...}` as it was read.
struct reference {
  std::string alias = {};
  reference_field field = reference_field::result;
  /// Written in the plural, as `${alias.results}`: a list also of one.
  bool is_list = false;
  std::vector<path_step> path = {};
  /// All of it, from `${` to `}`.
  std::string text = {};
  /// JSON pointer (RFC 6901) to the string it is in; empty = the root.
  std::string place = {};
  /// What is wrong with it, and what to write instead; then only the text and
  /// the place are set. Empty if it can be understood.
  std::string problem = {};
};

/// Letters, digits, `_` and `-`, at least one: what may be written plainly.
/// Other names are written `["odd name"]`.
bool is_identifier(std::string_view text) noexcept;

/// A name as it is written at the start of a reference.
std::string quoted_name(std::string_view name);

/// Reads the reference that `text` starts with (with `${`), whatever follows
/// it. Its `text` tells how far it goes.
reference parse_reference(std::string_view text);

/// A piece of a string: either literal text, with `$${` made `${`, or one
/// reference.
struct text_piece {
  std::string literal = {};
  std::optional<reference> what = {};
};

/// The string in pieces, none of them empty.
std::vector<text_piece> split_text(std::string_view text);

/// Whether any string of the value has a `${`, so that resolve() would change
/// it. Keys of objects are not looked at. Allocates nothing.
bool has_references(const json& value) noexcept;

/// The JSON pointer to what a key of the object at `place` leads to.
std::string json_pointer_step(std::string_view place, std::string_view key);

/// All references in strings of the value, in order, also malformed ones.
std::vector<reference> references_in(const json& value);

} // namespace troupe::core
