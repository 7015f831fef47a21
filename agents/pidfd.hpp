#pragma once

#include "agents/file_descriptor.hpp"

#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

namespace troupe::agents {

// By the system calls themselves: <sys/pidfd.h> of glibc 2.36 forgets that C++
// includes it.

/// A descriptor that stands for the process, and for no other that gets its
/// number later; readable when it has ended. Not open on error: see errno.
inline file_descriptor open_pidfd(pid_t id) noexcept {
  return file_descriptor{static_cast<int>(::syscall(SYS_pidfd_open, id, 0U))};
}

/// False if it could not be sent: see errno.
inline bool signal_pidfd(const file_descriptor& process, int signal) noexcept {
  return ::syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0U)
         == 0;
}

} // namespace troupe::agents
