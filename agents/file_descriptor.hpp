#pragma once

#include <unistd.h>

#include <utility>

namespace troupe::agents {

/// Owns an open file descriptor, or none (-1).
class file_descriptor {
public:
  file_descriptor() noexcept = default;

  explicit file_descriptor(int fd) noexcept : fd_(fd) {
  }

  file_descriptor(file_descriptor&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)) {
  }

  file_descriptor& operator=(file_descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  file_descriptor(const file_descriptor&) = delete;
  file_descriptor& operator=(const file_descriptor&) = delete;

  ~file_descriptor() {
    close();
  }

  int get() const noexcept {
    return fd_;
  }

  explicit operator bool() const noexcept {
    return fd_ >= 0;
  }

  /// Whoever calls it closes it.
  int release() noexcept {
    return std::exchange(fd_, -1);
  }

  void close() noexcept {
    if (fd_ >= 0)
      ::close(std::exchange(fd_, -1));
  }

private:
  int fd_ = -1;
};

} // namespace troupe::agents
