#pragma once

#include <string>

namespace troupe::storage {

/// The name of the user this process runs as, or `uid <number>` if the system
/// knows none.
std::string user_of_process();

} // namespace troupe::storage
