#pragma once

#include "agents/file_descriptor.hpp"
#include "agents/program_cgroup.hpp"
#include "agents/subprocess.hpp"

#include <sys/types.h>

#include <optional>

namespace troupe::agents {

/// A program that has just been started, and our ends of its pipes.
struct spawned_process {
  pid_t id = 0;
  /// Readable when it has ended.
  file_descriptor ended;
  /// Not open if it reads from /dev/null.
  file_descriptor in;
  file_descriptor out;
  file_descriptor err;
  /// Its own, with which it ends; none if there is nowhere to make one.
  std::optional<program_cgroup> group;
};

/// Starts the program as leader of a new session (so it has no terminal to ask
/// for passwords at) with default signal handling and no descriptors but its
/// standard ones. Our ends do not block. Errors: see run_subprocess().
core::result<spawned_process> spawn(const subprocess_options& what);

} // namespace troupe::agents
