#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace troupe::test {

inline sockaddr_in loopback(uint16_t port,
                            const std::string& address = "127.0.0.1") {
  sockaddr_in x{};
  x.sin_family = AF_INET;
  x.sin_port = htons(port);
  ::inet_pton(AF_INET, address.c_str(), &x.sin_addr);
  return x;
}

/// A socket that waits, but not for ever: what takes half a minute fails.
class socket_handle {
public:
  explicit socket_handle(int fd = -1) noexcept : fd_(fd) {
    timeval limit{30, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  }

  socket_handle(socket_handle&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)) {
  }

  socket_handle& operator=(socket_handle&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  ~socket_handle() {
    close();
  }

  int get() const noexcept {
    return fd_;
  }

  void close() noexcept {
    if (fd_ >= 0)
      ::close(std::exchange(fd_, -1));
  }

  /// False if the other side does not take it.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      auto count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0)
        return false;
      bytes.remove_prefix(static_cast<size_t>(count));
    }
    return true;
  }

  /// Empty at the end.
  std::string receive(size_t size_max = 65536) const {
    std::string bytes(size_max, '\0');
    auto count = ::recv(fd_, bytes.data(), bytes.size(), 0);
    EXPECT_FALSE(count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      << "nothing came";
    bytes.resize(count > 0 ? static_cast<size_t>(count) : 0);
    return bytes;
  }

  /// Less only if the other side ends before.
  std::string receive_exactly(size_t size) const {
    std::string bytes;
    while (bytes.size() < size) {
      auto more = receive(size - bytes.size());
      if (more.empty())
        break;
      bytes += more;
    }
    return bytes;
  }

  std::string receive_all() const {
    std::string bytes;
    for (;;) {
      auto more = receive();
      if (more.empty())
        return bytes;
      bytes += more;
    }
  }

  std::string receive_line() const {
    std::string line;
    for (;;) {
      auto more = receive(1);
      if (more.empty() || more == "\n")
        return line;
      line += more;
    }
  }

  void end_sending() const {
    ::shutdown(fd_, SHUT_WR);
  }

private:
  int fd_;
};

/// Connects to a port of this machine, from one of its many addresses.
inline socket_handle connect_to(uint16_t port,
                                const std::string& from = "127.0.0.1") {
  socket_handle x{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  auto own = loopback(0, from);
  auto other = loopback(port);
  if (::bind(x.get(), reinterpret_cast<sockaddr*>(&own), sizeof(own)) != 0
      || ::connect(x.get(), reinterpret_cast<sockaddr*>(&other), sizeof(other))
           != 0)
    throw std::system_error{errno, std::generic_category(), "connect"};
  return x;
}

/// Files and sockets this process has open.
inline size_t count_descriptors() {
  std::filesystem::directory_iterator files{"/proc/self/fd"};
  return static_cast<size_t>(std::distance(begin(files), end(files)));
}

} // namespace troupe::test
