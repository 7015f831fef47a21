#pragma once

#include <vector>

namespace troupe::bench {

/// The middle value, or the mean of the two in the middle. Throws
/// std::invalid_argument if there are no values.
double median(std::vector<double> values);

/// The smallest value that at least `percent` of all values do not exceed
/// (nearest rank), 0 < percent <= 100. Throws std::invalid_argument if there
/// are no values.
double percentile(std::vector<double> values, double percent);

} // namespace troupe::bench
