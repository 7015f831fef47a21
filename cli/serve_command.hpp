#pragma once

#include "cli/exit_status.hpp"
#include "cli/serve_options.hpp"

namespace troupe::cli {

/// `troupe serve`: returns the exit status, when it is told to stop.
int serve_command(const serve_options& options);

/// `troupe worker`, likewise, or when its manager has told it to leave.
int worker_command(const worker_options& options);

} // namespace troupe::cli
