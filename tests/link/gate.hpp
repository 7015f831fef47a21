#pragma once

#include "link/dialer.hpp"
#include "link/listener.hpp"
#include "tests/link/basp_packets.hpp"
#include "tests/link/open_port.hpp"
#include "tests/link/sockets.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace troupe::test {

constexpr auto plenty = std::chrono::seconds{20};

/// Waits for what other threads do; a test that waits in vain is ended by its
/// time limit.
template <class F>
void wait_for(F is_so) {
  while (!is_so())
    std::this_thread::yield();
}

/// BASP's port of a manager, and the listener before it. Its times are short
/// where something is to run out, and long where not.
class gate {
public:
  explicit gate(link::listener_options options = {}) {
    options.target_port = target_.port();
    auto made = link::listener::start(std::move(options));
    EXPECT_TRUE(made) << made.error().message;
    listener_ = std::move(*made);
  }

  link::listener& operator*() noexcept {
    return *listener_;
  }

  link::listener* operator->() noexcept {
    return listener_.get();
  }

  open_port& target() noexcept {
    return target_;
  }

  /// The next connection that comes to BASP.
  socket_handle accept() const {
    return target_.accept();
  }

private:
  open_port target_;
  std::unique_ptr<link::listener> listener_;
};

inline link::dialer_options to(uint16_t port,
                               const std::string& name = "worker") {
  link::dialer_options options;
  options.host = "127.0.0.1";
  options.port = port;
  options.node_name = name;
  return options;
}

/// Why a connection does not come to be.
inline core::error error_of(link::dialer_options options) {
  auto dialer = link::dialer::make(std::move(options));
  if (!dialer)
    return dialer.error();
  auto line = dialer->connect(plenty);
  EXPECT_FALSE(line);
  return line ? core::error{} : line.error();
}

/// Throws if nothing comes of it: no test could go on.
inline link::connection join(link::dialer_options options) {
  auto dialer = link::dialer::make(std::move(options));
  if (!dialer)
    throw std::runtime_error{dialer.error().message};
  auto line = dialer->connect(plenty);
  if (!line)
    throw std::runtime_error{line.error().message};
  return std::move(*line);
}

/// A worker that has joined: both ends, as the BASP of both nodes has them.
struct pair_of_nodes {
  pair_of_nodes(gate& at, link::dialer_options options)
    : line(join(std::move(options))),
      worker(connect_to(line.port())),
      manager(at.accept()) {
  }

  explicit pair_of_nodes(gate& at) : pair_of_nodes(at, to(at->port())) {
  }

  /// Both have said who they are, which all that follows needs.
  void shake_hands() const {
    basp_packets basp;
    auto hello = basp.server_handshake();
    ASSERT_TRUE(manager.send(hello));
    ASSERT_EQ(worker.receive_exactly(hello.size()), hello)
      << (line.closed() ? line.closed()->message : "it is open");
    auto answer = basp.client_handshake();
    ASSERT_TRUE(worker.send(answer));
    ASSERT_EQ(manager.receive_exactly(answer.size()), answer);
  }

  /// A message makes its way.
  void expect_alive() const {
    auto message = basp_packets{}.message("alive");
    ASSERT_TRUE(worker.send(message));
    ASSERT_EQ(manager.receive_exactly(message.size()), message);
    ASSERT_TRUE(manager.send(message));
    ASSERT_EQ(worker.receive_exactly(message.size()), message);
  }

  link::connection line;
  socket_handle worker;
  socket_handle manager;
};

/// Times within which nothing runs out while a slow machine runs a test.
inline link::link_limits patient() {
  link::link_limits limits;
  limits.handshake_timeout = std::chrono::seconds{60};
  limits.idle_timeout = std::chrono::seconds{60};
  limits.write_timeout = std::chrono::seconds{60};
  return limits;
}

} // namespace troupe::test
