#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <optional>

namespace troupe::agents {

/// How much a program may use; nothing = as much as this process might. All but
/// `output` and `processes` hold for each process that it starts as well, one
/// by one, and cannot go beyond what this process was itself allowed
/// (setrlimit(2)).
struct usage_limits {
  /// Processor time, counted in whole seconds: SIGXCPU, and if that is ignored
  /// SIGKILL.
  std::optional<core::duration> cpu_time = {};
  /// Bytes of address space: what asks for more gets ENOMEM. In a control group
  /// with the controller `memory` also bytes in memory of all together:
  /// SIGKILL.
  std::optional<uint64_t> memory = {};
  /// Descriptors: what opens more gets EMFILE.
  std::optional<uint64_t> open_files = {};
  /// Bytes of any file it writes: SIGXFSZ, and if that is ignored EFBIG.
  std::optional<uint64_t> file_size = {};
  /// Processes and threads at once, of the program and all it started: what
  /// starts more gets EAGAIN. Needs a control group with the controller `pids`.
  std::optional<uint64_t> processes = {};
  /// Bytes of its two outputs together: it is stopped.
  std::optional<uint64_t> output = {};
};

/// What a program has used, with its children that it has waited for.
struct usage {
  core::duration cpu_time{};
  /// The most bytes that the largest of them had in memory at once.
  uint64_t memory_max = 0;
};

} // namespace troupe::agents
