#include "core/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace troupe::core {

namespace {

// The distance takes quadratic time.
constexpr size_t length_max = 100;

char folded(char c) noexcept {
  if (c == '-')
    return '_';
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The "optimal string alignment" distance, over three rows.
size_t distance(std::string_view a, std::string_view b) {
  std::array<std::vector<size_t>, 3> rows;
  for (auto& row : rows)
    row.resize(b.size() + 1);
  auto* before = &rows[0];
  auto* above = &rows[1];
  auto* row = &rows[2];
  for (size_t j = 0; j <= b.size(); ++j)
    (*above)[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    (*row)[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      auto same = folded(a[i - 1]) == folded(b[j - 1]);
      auto best = std::min(
        {(*above)[j] + 1, (*row)[j - 1] + 1, (*above)[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2])
          && folded(a[i - 2]) == folded(b[j - 1]))
        best = std::min(best, (*before)[j - 2] + 1);
      (*row)[j] = best;
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return (*above)[b.size()];
}

} // namespace

std::string_view nearest(std::string_view name,
                         std::span<const std::string_view> candidates) {
  std::string_view best;
  if (name.size() > length_max)
    return best;
  auto best_distance = std::max<size_t>(1, name.size() / 3) + 1;
  for (auto candidate : candidates) {
    if (candidate.size() >= name.size() + best_distance)
      continue;
    auto d = distance(name, candidate);
    if (d < best_distance && d < candidate.size()) {
      best = candidate;
      best_distance = d;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view name,
                         std::span<const std::string_view> candidates) {
  auto found = nearest(name, candidates);
  return found.empty() ? std::string{}
                       : fmt::format(" (did you mean '{}'?)", found);
}

} // namespace troupe::core
