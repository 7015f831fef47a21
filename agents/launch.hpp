#pragma once

#include "agents/usage_limits.hpp"

#include <sys/resource.h>
#include <sys/types.h>

#include <array>

namespace troupe::agents {

/// Limits as the kernel wants them, lowered to what this process may set.
class kernel_limits {
public:
  explicit kernel_limits(const usage_limits& what);

  /// For the calling process. False if one could not be set: see errno. May be
  /// called between fork and exec.
  bool apply() const noexcept;

private:
  struct setting {
    /// Which limit; none if it is not set.
    int resource = -1;
    rlimit value = {};
  };

  void set(size_t index, int resource, uint64_t soft, uint64_t hard);

  std::array<setting, 4> settings_;
};

/// How to make a child process that becomes another program.
struct launch_plan {
  const char* program = nullptr;
  char** argv = nullptr;
  char** env = nullptr;
  /// What become its standard streams; all above 2. No input = /dev/null.
  int in = -1;
  int out = -1;
  int err = -1;
  /// Where it runs; AT_FDCWD = where this process does.
  int directory = -1;
  /// What enters a control group when `0` is written to it; -1 = stays in ours.
  int group = -1;
  kernel_limits limits;
};

/// Starts the program as leader of a new session, with default signal handling
/// and no descriptors but its standard streams. Sets `id`; returns 0, or the
/// number of the error that kept it from starting, and then there is no child.
///
/// As posix_spawn(3), with limits of its own for the child, which that cannot
/// set: the child shares our memory until it becomes the program, so this takes
/// the same time however large we are.
int launch(const launch_plan& plan, pid_t& id);

} // namespace troupe::agents
