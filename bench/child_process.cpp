#include "bench/child_process.hpp"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace troupe::bench {

process_line::process_line(int socket) : socket_(socket) {
}

process_line::process_line(process_line&& other) noexcept
  : socket_(std::exchange(other.socket_, -1)) {
}

process_line::~process_line() {
  if (socket_ < 0)
    return;
  // Children that were made later have it, too.
  shutdown(socket_, SHUT_RDWR);
  close(socket_);
}

void process_line::tell(uint64_t number) {
  // Packets are whole or not there.
  if (send(socket_, &number, sizeof number, MSG_NOSIGNAL) < 0)
    throw std::system_error{errno, std::generic_category(), "send"};
}

std::optional<uint64_t> process_line::hear() {
  uint64_t number = 0;
  ssize_t size = 0;
  do {
    size = recv(socket_, &number, sizeof number, 0);
  } while (size < 0 && errno == EINTR);
  if (size != sizeof number)
    return std::nullopt;
  return number;
}

namespace {

[[noreturn]] void run_child(const std::function<void(process_line&)>& work,
                            process_line line) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  auto code = 0;
  try {
    work(line);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "child process: %s\n", problem.what());
    code = 1;
  }
  std::fflush(nullptr);
  // Destructors of statics belong to the parent.
  _exit(code);
}

} // namespace

child_process::child_process(const std::function<void(process_line&)>& work) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw std::system_error{errno, std::generic_category(), "socketpair"};
  std::fflush(nullptr);
  pid_ = fork();
  if (pid_ < 0)
    throw std::system_error{errno, std::generic_category(), "fork"};
  if (pid_ == 0) {
    close(ends[0]);
    run_child(work, process_line{ends[1]});
  }
  close(ends[1]);
  line_.emplace(ends[0]);
}

child_process::child_process(child_process&& other) noexcept
  : line_(std::exchange(other.line_, std::nullopt)),
    pid_(std::exchange(other.pid_, 0)) {
}

child_process::~child_process() {
  if (pid_ == 0)
    return;
  line_.reset();
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR)
    continue;
}

uint64_t child_process::hear() {
  if (auto number = line_->hear())
    return *number;
  throw std::runtime_error{"a child process has ended too early"};
}

void child_process::kill() {
  ::kill(pid_, SIGKILL);
}

} // namespace troupe::bench
