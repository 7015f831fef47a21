#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string_view>

namespace troupe::agents {

/// The control group (cgroup v2) in which this process may make others. It may
/// if the group it is in was handed over to it, as systemd does with
/// `Delegate=yes` and as container runtimes can; then the group's directory is
/// ours to write. Safe from any thread.
class delegated_cgroup {
public:
  /// That of this process, looked for once; null if there is none.
  static delegated_cgroup* of_this_process();

  /// What `/proc/self/cgroup` and `/proc/self/mountinfo`, or files like them,
  /// say: the directory of the group that a process is in. Nothing if no cgroup
  /// v2 is mounted, or not the part with that group.
  static std::optional<std::filesystem::path>
  find(const std::filesystem::path& groups,
       const std::filesystem::path& mounts);

  /// The group with this directory.
  explicit delegated_cgroup(std::filesystem::path directory);

  const std::filesystem::path& directory() const noexcept {
    return directory_;
  }

  /// Whether groups below this one can be bounded by this controller, such as
  /// `memory`. Turns it on for them if it is off. As only the root of all can
  /// have that beside processes of its own, this process moves itself to a
  /// group `troupe-self` below, unless it is not the only one here.
  bool provide(std::string_view controller);

private:
  bool turn_on(std::string_view controller) const;
  bool has_room() const;

  std::filesystem::path directory_;
  std::mutex mutex_;
};

} // namespace troupe::agents
