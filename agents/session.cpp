#include "agents/session.hpp"

#include "agents/file_descriptor.hpp"
#include "agents/pidfd.hpp"

#include <fcntl.h>
#include <signal.h>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>

namespace troupe::agents {

namespace {

/// What /proc/<pid>/stat says of a process.
struct process_status {
  char state = '?';
  pid_t group = 0;
  pid_t session = 0;
};

std::optional<process_status> status_of(pid_t pid) {
  auto path = "/proc/" + std::to_string(pid) + "/stat";
  file_descriptor fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!fd)
    return std::nullopt;
  char text[1024];
  auto size = ::read(fd.get(), text, sizeof(text) - 1);
  if (size <= 0)
    return std::nullopt;
  text[size] = '\0';
  // The name, in parentheses, may itself contain anything.
  const auto* rest = std::strrchr(text, ')');
  process_status result;
  int parent = 0;
  if (rest == nullptr
      || std::sscanf(rest + 1, " %c %d %d %d", &result.state, &parent,
                     &result.group, &result.session)
           != 4)
    return std::nullopt;
  return result;
}

bool is_dead(const process_status& x) noexcept {
  return x.state == 'Z' || x.state == 'X';
}

template <class F>
void for_each_process(F f) {
  std::error_code ignored;
  for (const auto& entry :
       std::filesystem::directory_iterator{"/proc", ignored}) {
    auto name = entry.path().filename().string();
    pid_t pid = 0;
    auto [end, problem] = std::from_chars(name.data(),
                                          name.data() + name.size(), pid);
    if (problem == std::errc{} && end == name.data() + name.size())
      f(pid);
  }
}

/// Signals those outside of the leader's group; returns how many.
size_t signal_strays(pid_t leader, int signal) {
  size_t count = 0;
  for_each_process([=, &count](pid_t pid) {
    auto status = status_of(pid);
    if (!status || status->session != leader || status->group == leader
        || is_dead(*status))
      return;
    // Between the look and the signal the number may have come to mean another
    // process; a descriptor that is opened before a second look cannot.
    auto process = open_pidfd(pid);
    status = status_of(pid);
    if (process && status && status->session == leader
        && signal_pidfd(process, signal))
      ++count;
  });
  return count;
}

} // namespace

void signal_session(pid_t leader, int signal) {
  ::kill(-leader, signal);
  // Who is killed may have had a child after the look at it; a second round
  // finds that. The bound is for those who fork faster than we look.
  constexpr int rounds_max = 8;
  for (int i = 0; i < rounds_max; ++i)
    if (signal_strays(leader, signal) == 0 || signal != SIGKILL)
      break;
}

} // namespace troupe::agents
