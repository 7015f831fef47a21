#include "bench/isolate.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>
#include <system_error>

namespace troupe::bench {

namespace {

using nlohmann::json;

std::string run_to_text(const std::function<sample()>& f) {
  json answer;
  try {
    for (auto& x : f())
      answer["measured"].push_back({x.key, x.value, x.unit});
  } catch (const std::exception& what) {
    answer = {{"error", what.what()}};
  }
  return answer.dump();
}

sample from_text(const std::string& text) {
  auto answer = json::parse(text);
  if (answer.contains("error"))
    throw std::runtime_error{answer["error"].get<std::string>()};
  sample result;
  for (auto& x : answer["measured"])
    result.push_back({x[0], x[1], x[2]});
  return result;
}

[[noreturn]] void be_child(const std::function<sample()>& f, int out) {
  auto text = run_to_text(f);
  std::fflush(nullptr);
  const char* at = text.data();
  auto left = text.size();
  while (left > 0) {
    auto n = write(out, at, left);
    if (n < 0 && errno != EINTR)
      _exit(1);
    if (n > 0) {
      at += n;
      left -= static_cast<size_t>(n);
    }
  }
  // Destructors of statics belong to the parent.
  _exit(0);
}

/// Appends what the child writes until it closes its end; false if the time is
/// up before that.
bool read_all(int from, std::string& to, std::chrono::seconds timeout) {
  using clock = std::chrono::steady_clock;
  auto deadline = clock::now() + timeout;
  std::array<char, 4096> buffer;
  for (;;) {
    auto left
      = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
    if (left.count() <= 0)
      return false;
    pollfd ready{from, POLLIN, 0};
    if (poll(&ready, 1, static_cast<int>(left.count())) <= 0)
      continue;
    auto n = read(from, buffer.data(), buffer.size());
    if (n == 0)
      return true;
    if (n > 0)
      to.append(buffer.data(), static_cast<size_t>(n));
  }
}

} // namespace

sample run_isolated(const std::function<sample()>& f,
                    std::chrono::seconds timeout) {
  int ends[2];
  if (pipe(ends) != 0)
    throw std::system_error{errno, std::generic_category(), "pipe"};
  std::fflush(nullptr);
  auto child = fork();
  if (child < 0)
    throw std::system_error{errno, std::generic_category(), "fork"};
  if (child == 0) {
    close(ends[0]);
    be_child(f, ends[1]);
  }
  close(ends[1]);
  std::string text;
  auto is_done = read_all(ends[0], text, timeout);
  close(ends[0]);
  if (!is_done)
    kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR)
    continue;
  if (!is_done)
    throw std::runtime_error{
      fmt::format("not done after {} s, killed", timeout.count())};
  if (WIFSIGNALED(status))
    throw std::runtime_error{fmt::format(
      "died of signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)))};
  return from_text(text);
}

} // namespace troupe::bench
