#pragma once

#include "tests/link/sockets.hpp"

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace troupe::test {

/// A port of this machine.
class open_port {
public:
  open_port() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    auto own = loopback(0);
    socklen_t size = sizeof(own);
    if (::bind(fd_.get(), reinterpret_cast<sockaddr*>(&own), size) != 0
        || ::listen(fd_.get(), SOMAXCONN) != 0
        || ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&own), &size)
             != 0)
      throw std::system_error{errno, std::generic_category(), "listen"};
    port_ = ntohs(own.sin_port);
  }

  uint16_t port() const noexcept {
    return port_;
  }

  socket_handle accept() const {
    return socket_handle{::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
  }

  void close() {
    fd_.close();
  }

private:
  socket_handle fd_;
  uint16_t port_ = 0;
};

} // namespace troupe::test
