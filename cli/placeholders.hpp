#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace troupe::cli {

/// A part of a text: as it stands, or the inside of a `${...}`.
struct text_piece {
  bool is_reference = false;
  /// Points into the text; literal pieces still have their `$${`.
  std::string_view text;
};

/// Splits a text at its references. `$${` begins none. A `${` that is not
/// closed is the last piece, a reference, and `is_closed` is false.
struct split_text {
  std::vector<text_piece> pieces;
  bool is_closed = true;

  bool has_references() const noexcept;

  /// The text is one reference and nothing else.
  bool is_one_reference() const noexcept {
    return pieces.size() == 1 && pieces[0].is_reference && is_closed;
  }
};

split_text split_references(std::string_view text);

/// `vars` of `vars.out.0`.
std::string_view head_of(std::string_view reference);

/// The parts after the head: `out` and `0` of `vars.out.0`.
std::vector<std::string_view> path_of(std::string_view reference);

/// Makes text that no longer contains references: `${` becomes `$${`.
std::string escape_references(std::string_view text);

/// The reverse: `$${` becomes `${`.
std::string unescape_references(std::string_view text);

} // namespace troupe::cli
