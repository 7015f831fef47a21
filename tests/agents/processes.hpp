#pragma once

#include "agents/pidfd.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <filesystem>
#include <iterator>

namespace troupe::test {

/// Blocks until there is a file of that path, whose directory must exist.
inline void wait_for_file(const std::filesystem::path& path) {
  auto events = ::inotify_init1(IN_CLOEXEC);
  ::inotify_add_watch(events, path.parent_path().c_str(),
                      IN_CREATE | IN_MOVED_TO);
  while (!std::filesystem::exists(path)) {
    char buffer[4096];
    if (::read(events, buffer, sizeof(buffer)) < 0)
      break;
  }
  ::close(events);
}

/// The process has ended, or does so within ten seconds: who is killed takes a
/// moment to die.
inline bool ends(pid_t id) {
  auto process = agents::open_pidfd(id);
  pollfd ended{process.get(), POLLIN, 0};
  return !process || ::poll(&ended, 1, 10'000) == 1;
}

/// The process runs.
inline bool is_alive(pid_t id) {
  auto process = agents::open_pidfd(id);
  pollfd ended{process.get(), POLLIN, 0};
  return process && ::poll(&ended, 1, 0) == 0;
}

/// How many this process has open.
inline ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"},
                       {});
}

} // namespace troupe::test
