#pragma once

#include "cli/exit_status.hpp"
#include "cli/options.hpp"

namespace troupe::cli {

/// `troupe run`: reads, checks, carries out and reports. Returns the exit
/// status; of an interrupted run that is 128 plus the signal.
int run_command(const run_options& options);

} // namespace troupe::cli
