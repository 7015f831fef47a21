#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

namespace troupe::test {

/// A program that runs beside the test; killed with it. What it writes to
/// standard output can be waited for.
class background_program {
public:
  /// In the own environment.
  explicit background_program(std::vector<std::string> arguments) {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    std::vector<char*> raw;
    for (auto& argument : arguments)
      raw.push_back(argument.data());
    raw.push_back(nullptr);
    EXPECT_EQ(::posix_spawn(&child_, raw.front(), &actions, nullptr, raw.data(),
                            environ),
              0);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    from_ = ends[0];
  }

  background_program(const background_program&) = delete;
  background_program& operator=(const background_program&) = delete;

  ~background_program() {
    if (child_ > 0) {
      signal(SIGKILL);
      wait();
    }
    ::close(from_);
  }

  /// Reads until there is a line that contains `part`, and returns it; empty if
  /// the program ends before, or nothing comes for a minute.
  std::string line_with(const std::string& part) {
    for (;;) {
      for (auto end = text_.find('\n'); end != text_.npos;
           end = text_.find('\n')) {
        auto line = text_.substr(0, end);
        text_.erase(0, end + 1);
        if (line.find(part) != line.npos)
          return line;
      }
      pollfd waiting{from_, POLLIN, 0};
      char buffer[4096];
      if (::poll(&waiting, 1, 60'000) != 1)
        return {};
      auto size = ::read(from_, buffer, sizeof buffer);
      if (size <= 0)
        return {};
      text_.append(buffer, static_cast<size_t>(size));
    }
  }

  void signal(int number) const {
    ::kill(child_, number);
  }

  /// Its exit status; 128 and the signal it died of.
  int wait() {
    int status = 0;
    if (::waitpid(std::exchange(child_, 0), &status, 0) < 0)
      return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

private:
  pid_t child_ = 0;
  int from_ = -1;
  std::string text_;
};

} // namespace troupe::test
