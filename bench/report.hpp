#pragma once

#include "bench/runner.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace troupe::bench {

/// A number as people read it: three significant digits or all before the
/// point.
std::string to_text(double value);

/// `throughput/stream   612345 tasks/s   1.63 us/task ... (target ...: met)`.
std::string to_line(const outcome& x);

/// The medians as a Markdown table, one row per benchmark.
std::string to_markdown(const std::vector<outcome>& all);

/// Everything, each value of each round included.
nlohmann::json to_json(const std::vector<outcome>& all,
                       const run_options& options);

} // namespace troupe::bench
