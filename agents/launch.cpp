#include "agents/launch.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

namespace troupe::agents {

namespace {

uint64_t whole_seconds(core::duration x) {
  auto seconds = std::chrono::ceil<std::chrono::seconds>(x).count();
  // The kernel takes 0 for 1 anyway.
  return static_cast<uint64_t>(std::max<int64_t>(seconds, 1));
}

/// For all of this process, one at a time: what is blocked stays so until the
/// object is gone.
class signals_blocked {
public:
  signals_blocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }

  signals_blocked(const signals_blocked&) = delete;
  signals_blocked& operator=(const signals_blocked&) = delete;

  ~signals_blocked() {
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

private:
  sigset_t before_;
};

// -- in the child -------------------------------------------------------------

// It runs in our memory, so nothing here may allocate, lock or throw.

void reset_signals() noexcept {
  struct sigaction standard {};

  standard.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal)
    ::sigaction(signal, &standard, nullptr);
}

bool take_streams(const launch_plan& plan) noexcept {
  if (plan.in >= 0) {
    if (::dup2(plan.in, STDIN_FILENO) < 0)
      return false;
  } else {
    // The lowest number that is free need not be that of the standard input.
    auto nothing = ::open("/dev/null", O_RDONLY);
    if (nothing < 0 || ::dup2(nothing, STDIN_FILENO) < 0)
      return false;
  }
  return ::dup2(plan.out, STDOUT_FILENO) >= 0
         && ::dup2(plan.err, STDERR_FILENO) >= 0;
}

/// Returns why it did not become the program.
int become(const launch_plan& plan) noexcept {
  // Before they are let through: a handler of ours would run in our memory.
  reset_signals();
  if (::setsid() < 0 || (plan.group >= 0 && ::write(plan.group, "0", 1) != 1)
      || !take_streams(plan)
      || (plan.directory != AT_FDCWD && ::fchdir(plan.directory) != 0))
    return errno;
  ::closefrom(STDERR_FILENO + 1);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (!plan.limits.apply())
    return errno;
  ::execve(plan.program, plan.argv, plan.env);
  return errno;
}

} // namespace

// -- limits -------------------------------------------------------------------

kernel_limits::kernel_limits(const usage_limits& what) {
  constexpr uint64_t cpu_grace = 1;
  if (what.cpu_time) {
    auto seconds = whole_seconds(*what.cpu_time);
    set(0, RLIMIT_CPU, seconds, seconds + cpu_grace);
  }
  if (what.memory)
    set(1, RLIMIT_AS, *what.memory, *what.memory);
  if (what.open_files)
    set(2, RLIMIT_NOFILE, *what.open_files, *what.open_files);
  if (what.file_size)
    set(3, RLIMIT_FSIZE, *what.file_size, *what.file_size);
}

void kernel_limits::set(size_t index, int resource, uint64_t soft,
                        uint64_t hard) {
  rlimit own{};
  ::getrlimit(static_cast<__rlimit_resource>(resource), &own);
  settings_[index].resource = resource;
  settings_[index].value = {std::min<rlim_t>(soft, own.rlim_max),
                            std::min<rlim_t>(hard, own.rlim_max)};
}

bool kernel_limits::apply() const noexcept {
  return std::ranges::all_of(settings_, [](const setting& x) {
    return x.resource < 0
           || ::setrlimit(static_cast<__rlimit_resource>(x.resource), &x.value)
                == 0;
  });
}

// -- the birth ----------------------------------------------------------------

int launch(const launch_plan& plan, pid_t& id) {
  signals_blocked guard;
  // Set by the child, in our memory.
  volatile int problem = 0;
  auto child = ::vfork();
  if (child == 0) {
    problem = become(plan);
    ::_exit(127);
  }
  if (child < 0)
    return errno;
  if (problem != 0) {
    ::waitpid(child, nullptr, 0);
    return problem;
  }
  id = child;
  return 0;
}

} // namespace troupe::agents
