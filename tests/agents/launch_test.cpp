#include "agents/launch.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

using namespace troupe::agents;
using namespace std::chrono_literals;

namespace {

/// What `script` writes under these limits.
std::string output_of(std::string script, const usage_limits& limits) {
  std::string program = "/bin/sh";
  std::string option = "-c";
  std::array<char*, 4> argv{program.data(), option.data(), script.data(),
                            nullptr};
  std::array<char*, 1> env{nullptr};
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  launch_plan plan{
    .program = program.c_str(),
    .argv = argv.data(),
    .env = env.data(),
    .in = -1,
    .out = ends[1],
    .err = ends[1],
    .directory = AT_FDCWD,
    .limits = kernel_limits{limits},
  };
  pid_t id = 0;
  EXPECT_EQ(launch(plan, id), 0);
  ::close(ends[1]);
  std::string result;
  std::array<char, 256> buffer{};
  for (ssize_t n = 0; (n = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
    result.append(buffer.data(), static_cast<size_t>(n));
  ::close(ends[0]);
  ::waitpid(id, nullptr, 0);
  return result;
}

sigset_t blocked_signals() {
  sigset_t result;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &result);
  return result;
}

} // namespace

TEST(launch_test, limits_are_those_of_the_program) {
  usage_limits limits;
  limits.cpu_time = 1500ms;
  limits.memory = 512u << 20;
  limits.open_files = 17;
  limits.file_size = 4096;
  EXPECT_EQ(output_of("ulimit -St; ulimit -Ht; ulimit -v; ulimit -n; ulimit -f",
                      limits),
            "2\n3\n524288\n17\n8\n");
}

TEST(launch_test, what_is_not_limited_is_inherited) {
  rlimit own{};
  ::getrlimit(RLIMIT_NOFILE, &own);
  EXPECT_EQ(output_of("ulimit -n", {}), std::to_string(own.rlim_cur) + "\n");
}

TEST(launch_test, limits_do_not_go_beyond_our_own) {
  rlimit own{};
  ::getrlimit(RLIMIT_NOFILE, &own);
  usage_limits limits;
  limits.open_files = own.rlim_max + 1;
  EXPECT_EQ(output_of("ulimit -Hn", limits),
            std::to_string(own.rlim_max) + "\n");
}

TEST(launch_test, leaves_our_own_limits_and_signals_alone) {
  rlimit before{};
  rlimit after{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  auto blocked_before = blocked_signals();
  usage_limits limits;
  limits.open_files = 9;
  output_of(":", limits);
  ::getrlimit(RLIMIT_NOFILE, &after);
  EXPECT_EQ(before.rlim_cur, after.rlim_cur);
  auto blocked_after = blocked_signals();
  for (int signal = 1; signal < NSIG; ++signal)
    EXPECT_EQ(::sigismember(&blocked_before, signal),
              ::sigismember(&blocked_after, signal));
}

TEST(launch_test, says_why_there_is_no_program_and_leaves_no_child) {
  std::string program = "/no/such/program";
  std::array<char*, 2> argv{program.data(), nullptr};
  std::array<char*, 1> env{nullptr};
  launch_plan plan{
    .program = program.c_str(),
    .argv = argv.data(),
    .env = env.data(),
    .in = -1,
    .out = STDOUT_FILENO,
    .err = STDERR_FILENO,
    .directory = AT_FDCWD,
    .limits = kernel_limits{{}},
  };
  pid_t id = 0;
  EXPECT_EQ(launch(plan, id), ENOENT);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}
