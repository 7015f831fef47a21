#pragma once

#include "cli/client_options.hpp"

namespace troupe::cli {

/// `troupe list` and the others that ask a serving manager. Returns the exit
/// status.
int client_command(const client_options& options);

} // namespace troupe::cli
