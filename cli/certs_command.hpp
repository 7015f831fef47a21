#pragma once

#include "cli/certs_options.hpp"

namespace troupe::cli {

/// Makes what is asked for, says where it is, and returns the exit status.
int certs_command(const certs_options& options);

} // namespace troupe::cli
