#include "cli/supervised.hpp"

#include "cli/exit_status.hpp"
#include "cli/terminal.hpp"
#include "core/time.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace troupe::cli {

namespace {

using clock = std::chrono::steady_clock;

constexpr auto delay_min = std::chrono::seconds{1};
constexpr auto delay_max = std::chrono::seconds{30};

sigset_t watched_signals() {
  sigset_t result;
  sigemptyset(&result);
  for (auto x : {SIGCHLD, SIGTERM, SIGINT, SIGHUP})
    sigaddset(&result, x);
  return result;
}

/// -1 if it could not be started.
pid_t start(const std::function<int()>& serve, const sigset_t& before) {
  auto parent = ::getpid();
  auto child = ::fork();
  if (child != 0)
    return child;
  // Nobody would look after it.
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent)
    std::_Exit(exit_failed);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  std::exit(serve());
}

/// Its wait status, or nothing but a signal to pass on: 0 then.
bool has_ended(pid_t child, int& status) {
  return ::waitpid(child, &status, WNOHANG) == child;
}

std::string describe_end(int status) {
  if (WIFSIGNALED(status))
    return fmt::format("died of signal {} ({})", WTERMSIG(status),
                       ::strsignal(WTERMSIG(status)));
  return fmt::format("ended with status {}", WEXITSTATUS(status));
}

bool is_final(int status) {
  return WIFEXITED(status)
         && (WEXITSTATUS(status) == exit_completed
             || WEXITSTATUS(status) == exit_usage);
}

/// Waits for the time, unless it is told to stop.
bool is_told_to_stop(const sigset_t& watched, clock::duration time) {
  auto until = clock::now() + time;
  for (;;) {
    auto left = std::max<clock::duration>(until - clock::now(),
                                          clock::duration::zero());
    auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    timespec wait{};
    wait.tv_sec = seconds.count();
    wait.tv_nsec = std::chrono::nanoseconds{left - seconds}.count();
    auto signal = ::sigtimedwait(&watched, nullptr, &wait);
    if (signal > 0 && signal != SIGCHLD)
      return true;
    if (signal < 0 && errno == EAGAIN)
      return false;
  }
}

} // namespace

int supervised(const std::function<int()>& serve) {
  auto watched = watched_signals();
  sigset_t before;
  ::pthread_sigmask(SIG_BLOCK, &watched, &before);
  clock::duration delay = delay_min;
  for (;;) {
    auto began = clock::now();
    auto child = start(serve, before);
    if (child < 0) {
      write_all(STDERR_FILENO,
                fmt::format("troupe: cannot start a process: {}\n",
                            std::strerror(errno)));
      return exit_failed;
    }
    auto is_stopping = false;
    int status = 0;
    while (!has_ended(child, status)) {
      auto signal = ::sigwaitinfo(&watched, nullptr);
      if (signal > 0 && signal != SIGCHLD) {
        is_stopping = true;
        ::kill(child, signal);
      }
    }
    if (is_stopping || is_final(status))
      return WIFEXITED(status) ? WEXITSTATUS(status)
                               : exit_signal + WTERMSIG(status);
    if (clock::now() - began >= delay_max)
      delay = delay_min;
    write_all(STDERR_FILENO,
              fmt::format("troupe: the manager {}; it starts again in {}\n",
                          describe_end(status),
                          core::to_string(core::duration{delay})));
    if (is_told_to_stop(watched, delay))
      return exit_completed;
    delay = std::min<clock::duration>(2 * delay, delay_max);
  }
}

} // namespace troupe::cli
