#pragma once

#include "cli/options.hpp"

namespace troupe::cli {

inline constexpr int exit_completed = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;

/// `troupe run`: reads, checks, carries out and reports. Returns the exit
/// status; of an interrupted run that is 128 plus the signal.
int run_command(const run_options& options);

} // namespace troupe::cli
