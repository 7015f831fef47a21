#pragma once

#include <cstdint>
#include <functional>
#include <optional>

namespace troupe::bench {

/// One end of what two processes say to each other: numbers, both ways.
class process_line {
public:
  explicit process_line(int socket);
  ~process_line();
  process_line(process_line&& other) noexcept;
  process_line& operator=(process_line&&) = delete;

  /// Throws std::system_error if the other side is not there any more.
  void tell(uint64_t number);

  /// Waits for a number; nothing once the other side is gone.
  std::optional<uint64_t> hear();

private:
  int socket_;
};

/// A process of its own, which ends with this one.
class child_process {
public:
  /// Runs `work` there; what it throws is printed. Call it while this process
  /// has one thread.
  explicit child_process(const std::function<void(process_line&)>& work);

  /// Hangs up, and waits until `work` has returned.
  ~child_process();
  child_process(child_process&& other) noexcept;
  child_process& operator=(child_process&&) = delete;

  void tell(uint64_t number) {
    line_->tell(number);
  }

  /// Throws std::runtime_error if the process has ended.
  uint64_t hear();

  /// It gets no chance to say anything.
  void kill();

private:
  std::optional<process_line> line_;
  int pid_ = 0;
};

} // namespace troupe::bench
