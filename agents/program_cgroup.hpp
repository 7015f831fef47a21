#pragma once

#include "agents/delegated_cgroup.hpp"
#include "agents/file_descriptor.hpp"
#include "agents/usage_limits.hpp"
#include "core/error.hpp"

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace troupe::agents {

/// The control group of one program and all that it starts. Nobody leaves it by
/// a new session or a new parent, so it ends all of them, and its bounds are
/// for all of them together. Where it is made, see delegated_cgroup.
class program_cgroup {
public:
  /// `limits.memory` is a bound of the group if there is a controller for it;
  /// `limits.processes` has to be. `ec::system_error` says why there is none.
  static core::result<program_cgroup> make(delegated_cgroup& parent,
                                           const usage_limits& limits);

  program_cgroup(program_cgroup&& other) noexcept;
  program_cgroup& operator=(program_cgroup&& other) noexcept;
  program_cgroup(const program_cgroup&) = delete;
  program_cgroup& operator=(const program_cgroup&) = delete;

  /// Kills who is left, and removes it.
  ~program_cgroup();

  const std::filesystem::path& directory() const noexcept {
    return directory_;
  }

  /// Who writes `0` to it enters the group.
  int entry() const noexcept {
    return entry_.get();
  }

  /// SIGKILL for all of them, also for those who are just being born.
  void kill() noexcept;

  /// How many were killed because all together used more memory than they may.
  uint64_t killed_for_memory() const;

private:
  program_cgroup(std::filesystem::path directory, file_descriptor entry,
                 file_descriptor killer);

  bool is_populated() const;
  void wait_until_empty() const;
  void remove() noexcept;

  /// Empty after a move.
  std::filesystem::path directory_;
  file_descriptor entry_;
  file_descriptor killer_;
};

} // namespace troupe::agents
