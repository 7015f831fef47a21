#include "agents/subprocess.hpp"

#include "agents/session.hpp"
#include "agents/spawn.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace troupe::agents {

namespace {

using core::ec;
using core::fail;
using core::result;

using steady_clock = std::chrono::steady_clock;
using steady_time = steady_clock::time_point;

/// How long the pipes are read after the program has ended while somebody out
/// of our reach holds them open.
constexpr std::chrono::milliseconds drain_time{200};

constexpr auto at_no_time = steady_time::max();

/// `from + time`, or never if that is more than the clock can count.
steady_time later(steady_time from, core::duration time) {
  return time < at_no_time - from ? from + time : at_no_time;
}

core::duration duration_of(const timeval& x) {
  return std::chrono::seconds{x.tv_sec} + std::chrono::microseconds{x.tv_usec};
}

/// Keeps the beginning and the last lines of what a program writes.
class capture {
public:
  explicit capture(size_t bytes_max) : bytes_max_(bytes_max) {
  }

  void add(std::string_view bytes) {
    auto room = bytes_max_ - output_.bytes.size();
    output_.bytes.append(bytes.substr(0, room));
    output_.is_truncated = output_.is_truncated || bytes.size() > room;
    output_.tail.append(
      bytes.substr(bytes.size() - std::min(bytes.size(), tail_max)));
    if (output_.tail.size() > 2 * tail_max)
      output_.tail.erase(0, output_.tail.size() - tail_max);
  }

  captured_output take() {
    if (output_.tail.size() > tail_max)
      output_.tail.erase(0, output_.tail.size() - tail_max);
    return std::move(output_);
  }

private:
  static constexpr size_t tail_max = 2048;
  size_t bytes_max_;
  captured_output output_;
};

/// write() that answers EPIPE without the signal, which would end a process
/// that does not happen to ignore it.
ssize_t write_without_signal(int fd, std::string_view bytes) {
  sigset_t pipe_signal;
  sigset_t pending;
  sigset_t before;
  ::sigemptyset(&pipe_signal);
  ::sigaddset(&pipe_signal, SIGPIPE);
  ::sigpending(&pending);
  auto was_pending = ::sigismember(&pending, SIGPIPE) == 1;
  ::pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
  auto n = ::write(fd, bytes.data(), bytes.size());
  auto problem = errno;
  if (n < 0 && problem == EPIPE && !was_pending) {
    timespec at_once{};
    while (::sigtimedwait(&pipe_signal, nullptr, &at_once) < 0
           && errno == EINTR) {
      // again
    }
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = problem;
  return n;
}

/// Sees a program that was started to its end.
class supervision {
public:
  supervision(const subprocess_options& what, spawned_process process,
              int stop_fd)
    : what_(what),
      process_(std::move(process)),
      stop_fd_(stop_fd),
      started_(steady_clock::now()),
      stop_at_(later(started_, what.time_limit)),
      out_(what.capture_max),
      err_(what.capture_max) {
  }

  result<subprocess_outcome> run();

private:
  bool is_over() const {
    return has_ended_ && ((!process_.out && !process_.err) || drained_);
  }

  void wait();
  void on_time(steady_time now);
  void begin_stop(subprocess_end why);
  void kill_all();
  void on_ended();
  void feed();
  void read(file_descriptor& from, capture& to);
  result<subprocess_outcome> reap();

  const subprocess_options& what_;
  spawned_process process_;
  int stop_fd_;
  steady_time started_;
  /// When the time limit is over, when SIGKILL is due, and when reading what
  /// others may still write ends.
  steady_time stop_at_;
  steady_time kill_at_ = at_no_time;
  steady_time drained_at_ = at_no_time;
  subprocess_end end_ = subprocess_end::own;
  bool has_ended_ = false;
  bool is_killed_ = false;
  bool drained_ = false;
  size_t fed_ = 0;
  uint64_t written_ = 0;
  capture out_;
  capture err_;
};

result<subprocess_outcome> supervision::run() {
  if (what_.input && what_.input->empty())
    process_.in.close();
  while (!is_over())
    wait();
  // Some of those that were told to stop may live on with their output closed.
  if (end_ != subprocess_end::own && !is_killed_)
    kill_all();
  return reap();
}

void supervision::wait() {
  std::array<pollfd, 5> fds{{
    {process_.out.get(), POLLIN, 0},
    {process_.err.get(), POLLIN, 0},
    {process_.in.get(), POLLOUT, 0},
    {has_ended_ ? -1 : process_.ended.get(), POLLIN, 0},
    {end_ == subprocess_end::own && !has_ended_ ? stop_fd_ : -1, POLLIN, 0},
  }};
  auto next = std::min({stop_at_, kill_at_, drained_at_});
  timespec timeout{};
  if (next != at_no_time) {
    auto left = std::max(next - steady_clock::now(), steady_clock::duration{});
    auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    timeout.tv_sec = seconds.count();
    timeout.tv_nsec = std::chrono::nanoseconds{left - seconds}.count();
  }
  if (::ppoll(fds.data(), fds.size(), next != at_no_time ? &timeout : nullptr,
              nullptr)
      < 0)
    return; // EINTR: all of it is looked at again
  if (fds[0].revents != 0)
    read(process_.out, out_);
  if (fds[1].revents != 0)
    read(process_.err, err_);
  if (fds[2].revents != 0)
    feed();
  if (fds[3].revents != 0)
    on_ended();
  else if (fds[4].revents != 0)
    begin_stop(subprocess_end::stopped);
  on_time(steady_clock::now());
}

void supervision::on_time(steady_time now) {
  if (now >= stop_at_ && !has_ended_)
    begin_stop(subprocess_end::time_limit);
  if (now >= kill_at_) {
    kill_at_ = at_no_time;
    is_killed_ = true;
    kill_all();
    if (has_ended_)
      drained_at_ = later(now, drain_time);
  }
  if (now >= drained_at_) {
    drained_at_ = at_no_time;
    drained_ = is_killed_;
    if (!is_killed_)
      kill_at_ = now;
  }
}

void supervision::begin_stop(subprocess_end why) {
  if (end_ != subprocess_end::own)
    return;
  end_ = why;
  stop_at_ = at_no_time;
  kill_at_ = later(steady_clock::now(), what_.grace);
  signal_session(process_.id, SIGTERM);
  // Who is suspended gets SIGTERM when it goes on.
  signal_session(process_.id, SIGCONT);
}

void supervision::kill_all() {
  if (process_.group)
    process_.group->kill();
  // Who may choose its group may also have left it.
  signal_session(process_.id, SIGKILL);
}

void supervision::on_ended() {
  has_ended_ = true;
  stop_at_ = at_no_time;
  process_.in.close();
  if (end_ == subprocess_end::own) {
    // Until it is reaped nobody else can get its number.
    ::kill(-process_.id, SIGKILL);
    if (process_.group)
      process_.group->kill();
    drained_at_ = later(steady_clock::now(), drain_time);
  } else if (is_killed_) {
    drained_at_ = later(steady_clock::now(), drain_time);
  }
  // Else those it started still have what is left of the grace.
}

void supervision::feed() {
  std::string_view rest = *what_.input;
  rest.remove_prefix(fed_);
  auto n = write_without_signal(process_.in.get(), rest);
  if (n >= 0)
    fed_ += static_cast<size_t>(n);
  else if (errno != EAGAIN && errno != EINTR)
    process_.in.close(); // It does not want to read it all, which is its right.
  if (fed_ == what_.input->size())
    process_.in.close();
}

void supervision::read(file_descriptor& from, capture& to) {
  std::array<char, 64 * 1024> buffer;
  auto n = ::read(from.get(), buffer.data(), buffer.size());
  if (n > 0) {
    to.add({buffer.data(), static_cast<size_t>(n)});
    written_ += static_cast<uint64_t>(n);
    if (what_.on_output)
      what_.on_output();
    if (what_.limits.output && written_ > *what_.limits.output)
      begin_stop(subprocess_end::output_limit);
  } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
    from.close();
  }
}

result<subprocess_outcome> supervision::reap() {
  int status = 0;
  rusage used{};
  while (::wait4(process_.id, &status, 0, &used) < 0) {
    if (errno == EINTR)
      continue;
    return fail(ec::system_error,
                fmt::format("how '{}' ended cannot be known, because this "
                            "process ignores SIGCHLD or waits for all "
                            "children: {}",
                            what_.argv.front(), std::strerror(errno)));
  }
  subprocess_outcome result;
  result.end = end_;
  if (WIFSIGNALED(status))
    result.signal = WTERMSIG(status);
  else
    result.exit_code = WEXITSTATUS(status);
  result.out = out_.take();
  result.err = err_.take();
  result.time = steady_clock::now() - started_;
  result.used.cpu_time = duration_of(used.ru_utime)
                         + duration_of(used.ru_stime);
  result.used.memory_max = static_cast<uint64_t>(used.ru_maxrss) * 1024;
  result.is_out_of_memory = process_.group
                            && process_.group->killed_for_memory() > 0;
  return result;
}

} // namespace

result<subprocess_outcome> run_subprocess(const subprocess_options& what,
                                          std::stop_token stop) {
  if (stop.stop_requested())
    return fail(ec::cancelled, "not started: it was to stop already");
  file_descriptor stop_event{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  if (!stop_event)
    return fail(ec::system_error,
                fmt::format("eventfd: {}", std::strerror(errno)));
  auto process = spawn(what);
  if (!process)
    return fail(process.error());
  std::stop_callback tell{stop, [fd = stop_event.get()] {
                            ::eventfd_write(fd, 1);
                          }};
  return supervision{what, std::move(*process), stop_event.get()}.run();
}

std::string signal_name(int signal) {
  const auto* name = ::sigabbrev_np(signal);
  return name != nullptr ? fmt::format("SIG{}", name)
                         : fmt::format("signal {}", signal);
}

} // namespace troupe::agents
