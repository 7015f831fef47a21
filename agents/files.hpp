#pragma once

#include "core/payload.hpp"

namespace troupe::agents {

// The capabilities of the file agent: parameters in, result out. What they
// take and make is in agents/capabilities.cpp and docs/capabilities.md. They
// block. `ec::invalid_argument` if the parameters are wrong, else
// `ec::handler_failed` with the path and what the system says.

/// `file.read`. Regular files only: others could block for ever.
core::result<core::payload> read_file(const core::json& parameters);

/// `file.write`. A file that is replaced has either its old content or the new
/// one at any time, for whoever looks, and keeps its permissions; links are
/// followed. It is not synced to the disk.
core::result<core::payload> write_file(const core::json& parameters);

/// `file.glob`.
core::result<core::payload> glob_files(const core::json& parameters);

/// All bytes of a regular file; it is an error if it has more than `bytes_max`.
core::result<std::string> read_bytes(const std::string& path,
                                     uint64_t bytes_max);

} // namespace troupe::agents
