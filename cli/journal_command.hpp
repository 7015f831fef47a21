#pragma once

#include "cli/journal_options.hpp"

namespace troupe::cli {

/// `troupe journal`: looks at a journal and takes care of it. Returns the exit
/// status: 1 if what is in it is not as it should be, or there is no such task;
/// 2 if the journal, or a file beside it, cannot be used.
int journal_command(const journal_options& options);

} // namespace troupe::cli
