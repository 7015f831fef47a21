#include "cli/table.hpp"

#include "cli/text_width.hpp"

#include <algorithm>

namespace troupe::cli {

namespace {

constexpr size_t gap = 2;
constexpr size_t shrunk_min = 8;

} // namespace

void table::add(std::vector<std::string> row) {
  row.resize(columns_.size());
  for (auto& x : row)
    x = printable(x);
  rows_.push_back(std::move(row));
}

std::vector<size_t> table::widths(size_t width) const {
  std::vector<size_t> result;
  size_t total = 0;
  for (size_t i = 0; i < columns_.size(); ++i) {
    auto widest = display_width(columns_[i].title);
    for (auto& row : rows_)
      widest = std::max(widest, display_width(row[i]));
    result.push_back(widest);
    total += widest + (i > 0 ? gap : 0);
  }
  // The widest goes first.
  while (total > width) {
    size_t at = columns_.size();
    for (size_t i = 0; i < columns_.size(); ++i)
      if (columns_[i].may_shrink && result[i] > shrunk_min
          && (at == columns_.size() || result[i] > result[at]))
        at = i;
    if (at == columns_.size())
      break;
    --result[at];
    --total;
  }
  return result;
}

std::string table::line(const std::vector<std::string>& row,
                        const std::vector<size_t>& widths) const {
  std::string result;
  for (size_t i = 0; i < row.size(); ++i) {
    auto is_last = i + 1 == row.size();
    if (i > 0)
      result += std::string(gap, ' ');
    if (columns_[i].is_right)
      result += fit_right(row[i], widths[i]);
    else
      result += is_last ? shorten(row[i], widths[i]) : fit(row[i], widths[i]);
  }
  auto end = result.find_last_not_of(' ');
  result.resize(end == result.npos ? 0 : end + 1);
  return result;
}

std::string table::render(size_t width, const palette& color) const {
  auto columns = widths(width);
  std::vector<std::string> titles;
  for (auto& x : columns_)
    titles.emplace_back(x.title);
  auto result = color(paint::bold, line(titles, columns)) + "\n";
  for (auto& row : rows_)
    result += line(row, columns) + "\n";
  return result;
}

} // namespace troupe::cli
