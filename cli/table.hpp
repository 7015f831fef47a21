#pragma once

#include "cli/palette.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::cli {

/// Rows of text in columns, for a terminal.
class table {
public:
  struct column {
    std::string_view title;
    /// Filled up at the front, as numbers are.
    bool is_right = false;
    /// Becomes narrower when there is not enough room, down to 8.
    bool may_shrink = false;
  };

  explicit table(std::vector<column> columns) : columns_(std::move(columns)) {
  }

  /// As many as there are columns; they are made printable.
  void add(std::vector<std::string> row);

  bool empty() const noexcept {
    return rows_.empty();
  }

  /// With a line of titles, in `width` columns as far as those that may shrink
  /// allow it.
  std::string render(size_t width, const palette& color) const;

private:
  std::vector<size_t> widths(size_t width) const;
  std::string line(const std::vector<std::string>& row,
                   const std::vector<size_t>& widths) const;

  std::vector<column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

} // namespace troupe::cli
