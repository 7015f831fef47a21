#include "bench/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>

namespace troupe::bench {

double median(std::vector<double> values) {
  if (values.empty())
    throw std::invalid_argument{"median() of no values"};
  auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1)
    return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

double percentile(std::vector<double> values, double percent) {
  if (values.empty())
    throw std::invalid_argument{"percentile() of no values"};
  auto count = static_cast<double>(values.size());
  auto rank = std::ceil(std::clamp(percent, 0.0, 100.0) / 100 * count);
  auto index = static_cast<ptrdiff_t>(std::max(rank, 1.0)) - 1;
  auto at = values.begin() + index;
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

} // namespace troupe::bench
