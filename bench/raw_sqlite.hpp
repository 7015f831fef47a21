#pragma once

#include "bench/benchmark.hpp"

#include <string_view>
#include <vector>

namespace troupe::bench {

/// What a hand-written loop over SQLite makes of the same rows.
inline constexpr std::string_view raw_sqlite_bound = "sqlite/loop";
/// How long one transaction of one row takes.
inline constexpr std::string_view raw_sqlite_commit = "sqlite/commit";
/// How long one transaction of the rows of one submission takes.
inline constexpr std::string_view raw_sqlite_submission = "sqlite/submission";

/// SQLite alone, which is what journals are compared with.
std::vector<benchmark> raw_sqlite_benchmarks();

} // namespace troupe::bench
