#include "cli/signals.hpp"

#include "agents/session.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace troupe::cli {

signal_watch::signal_watch() {
  sigset_t watched;
  sigemptyset(&watched);
  for (auto x : {SIGINT, SIGTERM, SIGHUP})
    sigaddset(&watched, x);
  ::pthread_sigmask(SIG_BLOCK, &watched, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  descriptor_ = agents::file_descriptor{
    ::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK)};
  if (!descriptor_)
    throw std::system_error{errno, std::generic_category(), "signalfd"};
}

std::optional<int> signal_watch::poll() {
  signalfd_siginfo what{};
  auto n = ::read(descriptor_.get(), &what, sizeof what);
  if (n != static_cast<ssize_t>(sizeof what))
    return std::nullopt;
  return static_cast<int>(what.ssi_signo);
}

std::optional<int> signal_watch::wait() {
  pollfd waiting{descriptor_.get(), POLLIN, 0};
  ::poll(&waiting, 1, -1);
  return poll();
}

void kill_programs() {
  // Each thread lists the children that it started.
  std::error_code ignored;
  for (auto& thread :
       std::filesystem::directory_iterator{"/proc/self/task", ignored}) {
    std::ifstream children{thread.path() / "children"};
    for (pid_t child = 0; children >> child;)
      if (::getsid(child) == child)
        agents::signal_session(child, SIGKILL);
  }
}

} // namespace troupe::cli
