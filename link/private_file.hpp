#pragma once

#include "core/error.hpp"

#include <string>

namespace troupe::link {

/// Reads a file that is nobody else's business: `invalid_argument` if its group
/// or others may read or write it, or if it is over 1 MiB; `system_error` if it
/// cannot be read. `what` is what it is called in the messages, e.g. `the key`.
core::result<std::string> read_private_file(const std::string& path,
                                            const std::string& what);

/// As above, but anybody may read it.
core::result<std::string> read_public_file(const std::string& path,
                                           const std::string& what);

} // namespace troupe::link
