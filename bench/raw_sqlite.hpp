#pragma once

#include "bench/benchmark.hpp"

#include <string_view>
#include <vector>

namespace troupe::bench {

/// What a hand-written loop over SQLite makes of the same rows.
inline constexpr std::string_view raw_sqlite_bound = "sqlite/loop";
/// How long one transaction of one row takes.
inline constexpr std::string_view raw_sqlite_commit = "sqlite/commit";

/// SQLite alone, which is what journals are compared with.
std::vector<benchmark> raw_sqlite_benchmarks();

} // namespace troupe::bench
