// Whoever gets to the port of a listener, with or without a certificate, is in
// nobody's way: while each of these is at it, a worker goes on working, and
// afterwards all that was taken comes back.

#include "link/preamble.hpp"
#include "tests/link/fleet.hpp"
#include "tests/link/gate.hpp"
#include "tests/link/recordings.hpp"
#include "tests/link/tls_socket.hpp"

#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/resource.h>

#include <optional>
#include <random>
#include <vector>

namespace troupe::link {

namespace {

using test::basp_head;
using test::basp_packets;
using test::connect_to;
using test::fleet;
using test::gate;
using test::pair_of_nodes;
using test::socket_handle;

constexpr auto hostile_address = "127.0.0.66";

std::string greeting_number(unsigned number) {
  auto digits = std::to_string(number);
  return render(greeting{
    "hostile", std::string(token_digits - digits.size(), '0') + digits});
}

/// A listener with one good worker and short times.
class hostile_peers_test : public testing::TestWithParam<bool> {
protected:
  hostile_peers_test()
    : manager_(options()), worker_(manager_, joining(manager_->port())) {
    // Two sockets each, on both sides, are more than some systems give.
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    worker_.shake_hands();
    descriptors_ = test::count_descriptors();
  }

  ~hostile_peers_test() override {
    worker_.expect_alive();
    test::wait_for([&] { return manager_->counters().shaking_hands == 0; });
    test::wait_for([&] { return test::count_descriptors() == descriptors_; });
    EXPECT_EQ(manager_->counters().open, 1u);
  }

  static const fleet& certificates() {
    static fleet all{"manager", "worker", "hostile"};
    return all;
  }

  static listener_options options() {
    listener_options x;
    if (GetParam())
      x.tls = certificates().tls_of("manager");
    x.limits.handshake_timeout = std::chrono::milliseconds{500};
    x.limits.idle_timeout = std::chrono::seconds{60};
    x.connections_max = 5000;
    x.connections_per_address_max = 3000;
    x.handshakes_max = 3000;
    x.handshakes_per_address_max = 3000;
    x.rate_per_address = {100'000, std::chrono::seconds{1}, 100'000};
    return x;
  }

  static dialer_options joining(uint16_t port) {
    auto x = test::to(port);
    x.limits = test::patient();
    if (GetParam()) {
      x.tls = certificates().tls_of("worker");
      x.expected_name = "manager";
    }
    return x;
  }

  socket_handle knock() {
    return connect_to(manager_->port(), hostile_address);
  }

  /// Sends something as somebody who has been let in, and has a certificate if
  /// that takes one; comes back when the connection is closed.
  void send_inside(std::string_view bytes) {
    auto socket = knock();
    auto line = greeting_number(++number_);
    if (GetParam()) {
      auto who = certificates().tls_of("hostile");
      test::tls_socket tls{std::move(socket), &who};
      tls.send(line);
      EXPECT_EQ(tls.receive_line(), "OK 1");
      tls.send(bytes);
      tls.end_sending();
      while (!tls.receive_line().empty())
        ;
    } else {
      socket.send(line);
      EXPECT_EQ(socket.receive_line(), "OK 1");
      socket.send(bytes);
      socket.end_sending();
      socket.receive_all();
    }
  }

  gate manager_;
  pair_of_nodes worker_;
  size_t descriptors_ = 0;
  unsigned number_ = 0;
};

} // namespace

INSTANTIATE_TEST_SUITE_P(, hostile_peers_test, testing::Bool(), [](auto& x) {
  return x.param ? "with_tls" : "plain";
});

TEST_P(hostile_peers_test, are_silent_a_thousand_at_once) {
  std::vector<socket_handle> silent;
  for (int i = 0; i < 1000; ++i) {
    silent.push_back(knock());
    if (i % 100 == 0)
      worker_.expect_alive();
  }
  for (auto& x : silent)
    EXPECT_EQ(x.receive_all(), "");
  EXPECT_EQ(manager_->counters().refused_for(refusal::timeout), 1000u);
}

TEST_P(hostile_peers_test, stop_in_the_middle_of_a_greeting) {
  std::vector<socket_handle> half;
  // The beginning of TLS's first message, and of ours.
  std::string_view hello = GetParam() ? "\x16\x03\x01\x02" : "TROUPE-LINK 1";
  for (int i = 0; i < 500; ++i) {
    half.push_back(knock());
    half.back().send(hello);
  }
  worker_.expect_alive();
  for (auto& x : half)
    EXPECT_EQ(x.receive_all(), "");
  EXPECT_EQ(manager_->counters().refused_for(refusal::timeout), 500u);
}

TEST_P(hostile_peers_test, come_one_byte_at_a_time) {
  auto slow = knock();
  std::string greeting = GetParam() ? std::string{"\x16\x03\x01\x02\0\1\0", 7}
                                    : greeting_number(1);
  // As slow as the worker's messages make it, until it is thrown out.
  for (size_t i = 0; slow.send(greeting.substr(i % 6, 1)); ++i)
    worker_.expect_alive();
  EXPECT_EQ(manager_->counters().admitted, 1u);
}

TEST_P(hostile_peers_test, send_at_random) {
  std::mt19937 random{1};
  for (int i = 0; i < 200; ++i) {
    auto x = knock();
    std::string bytes(1 + random() % 5000, '\0');
    for (auto& byte : bytes)
      byte = static_cast<char>(random());
    x.send(bytes);
    x.end_sending();
    x.receive_all();
  }
  EXPECT_EQ(manager_->counters().admitted, 1u);
}

TEST_P(hostile_peers_test, come_and_go) {
  for (int i = 0; i < 1000; ++i) {
    auto x = knock();
    // No goodbye, either.
    linger now{1, 0};
    if (i % 2 == 0)
      ::setsockopt(x.get(), SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  }
  test::wait_for([&] { return manager_->counters().accepted == 1001; });
}

TEST_P(hostile_peers_test, break_the_protocol_when_they_are_inside) {
  basp_packets basp;
  auto hello = basp.client_handshake(66);
  std::vector<std::string> attacks = {
    // What kills CAF, alone and later.
    basp_head({.operation = 1}, 0),
    hello + basp_head({.operation = 1, .flags = 2}, 0),
    hello + basp_head({.operation = 2, .dest = 6}, UINT32_MAX),
    hello + basp.monitoring(2, 1),
    basp.message("no handshake"),
    std::string(100'000, '\xff'),
  };
  for (auto& attack : attacks)
    send_inside(attack);
  EXPECT_EQ(manager_->counters().broke_protocol, attacks.size());
  // BASP has got their handshakes at most.
  for (size_t i = 0; i < attacks.size(); ++i) {
    auto came = manager_.accept().receive_all();
    EXPECT_TRUE(came.empty() || came == hello) << i;
  }
}

TEST_P(hostile_peers_test, call_themselves_as_others_do) {
  // The worker is node 2 of BASP.
  send_inside(basp_packets{}.client_handshake(2));
  EXPECT_EQ(manager_->counters().broke_protocol, 1u);
  EXPECT_EQ(manager_.accept().receive_all(), "");
}

TEST_P(hostile_peers_test, mutate_what_was_recorded) {
  std::mt19937 random{2};
  for (int i = 0; i < 100; ++i) {
    std::string bytes{test::recorded_client};
    bytes.resize(bytes.size() - random() % 200);
    for (int j = 0; j < 3; ++j)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    send_inside(bytes);
    manager_.accept();
  }
}

TEST_P(hostile_peers_test, do_not_read) {
  auto who = certificates().tls_of("hostile");
  std::optional<test::tls_socket> tls;
  auto socket = knock();
  if (GetParam()) {
    tls.emplace(std::move(socket), &who);
    tls->send(greeting_number(1));
    EXPECT_EQ(tls->receive_line(), "OK 1");
  } else {
    socket.send(greeting_number(1));
    EXPECT_EQ(socket.receive_line(), "OK 1");
  }
  auto target = manager_.accept();
  basp_packets basp;
  target.send(basp.server_handshake());
  auto message = basp.message(std::string(60'000, 'x'));
  int on = 1;
  ::ioctl(target.get(), FIONBIO, &on);
  // Until all on the way is full, of which only buffers are the listener's.
  while (target.send(message))
    ;
  worker_.expect_alive();
}

} // namespace troupe::link
