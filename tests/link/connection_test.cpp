#include "link/connection.hpp"

#include "tests/link/fleet.hpp"
#include "tests/link/gate.hpp"

#include <gtest/gtest.h>

#include <future>
#include <random>

namespace troupe::link {

namespace {

using test::basp_packets;
using test::fleet;
using test::gate;
using test::pair_of_nodes;
using test::socket_handle;
using test::to;

/// Plain, and with TLS.
class connection_test : public testing::TestWithParam<bool> {
protected:
  static listener_options listening() {
    listener_options options;
    options.limits = test::patient();
    if (GetParam())
      options.tls = certificates().tls_of("manager");
    return options;
  }

  static dialer_options joining(uint16_t port) {
    auto options = to(port);
    options.limits = test::patient();
    if (GetParam()) {
      options.tls = certificates().tls_of("worker");
      options.expected_name = "manager";
    }
    return options;
  }

  static const fleet& certificates() {
    static fleet all;
    return all;
  }
};

std::string many_messages(size_t bytes, unsigned seed) {
  basp_packets basp;
  std::mt19937 random{seed};
  std::string all;
  while (all.size() < bytes) {
    auto size = random() % 8 == 0 ? random() % 300'000 : random() % 300;
    std::string content(size, '\0');
    for (auto& x : content)
      x = static_cast<char>(random());
    all += random() % 10 == 0 ? basp.heartbeat() : basp.message(content);
  }
  return all;
}

bool send_in_pieces(const socket_handle& to, std::string_view bytes,
                    unsigned seed) {
  std::mt19937 random{seed};
  while (!bytes.empty()) {
    auto piece = bytes.substr(0, random() % 4 == 0 ? 1 + random() % 100'000
                                                   : 1 + random() % 500);
    if (!to.send(piece))
      return false;
    bytes.remove_prefix(piece.size());
  }
  return true;
}

/// How much is taken before a sender has to wait.
size_t send_until_full(const socket_handle& to, std::string_view bytes) {
  auto set_limit = [&](timeval limit) {
    ::setsockopt(to.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  };
  set_limit({0, 300'000});
  size_t sent = 0;
  while (sent < bytes.size()) {
    auto count = ::send(to.get(), bytes.data() + sent, bytes.size() - sent,
                        MSG_NOSIGNAL);
    if (count <= 0)
      break;
    sent += static_cast<size_t>(count);
  }
  set_limit({30, 0});
  return sent;
}

} // namespace

INSTANTIATE_TEST_SUITE_P(, connection_test, testing::Bool(), [](auto& x) {
  return x.param ? "with_tls" : "plain";
});

TEST_P(connection_test, relays_both_ways_byte_for_byte) {
  gate manager{listening()};
  pair_of_nodes nodes{manager, joining(manager->port())};
  nodes.shake_hands();
  auto up = many_messages(8'000'000, 1);
  auto down = many_messages(8'000'000, 2);
  auto sent_up = std::async(std::launch::async, [&] {
    return send_in_pieces(nodes.worker, up, 3);
  });
  auto sent_down = std::async(std::launch::async, [&] {
    return send_in_pieces(nodes.manager, down, 4);
  });
  auto came_up = std::async(std::launch::async, [&] {
    return nodes.manager.receive_exactly(up.size());
  });
  EXPECT_TRUE(nodes.worker.receive_exactly(down.size()) == down);
  EXPECT_TRUE(came_up.get() == up);
  EXPECT_TRUE(sent_up.get());
  EXPECT_TRUE(sent_down.get());
  auto counters = manager->counters();
  EXPECT_EQ(counters.admitted, 1u);
  EXPECT_GE(counters.bytes_in, up.size());
  EXPECT_GE(counters.bytes_out, down.size());
}

TEST_P(connection_test, delivers_what_was_sent_before_the_end) {
  gate manager{listening()};
  auto last = many_messages(2'000'000, 5);
  for (auto is_worker_first : {true, false}) {
    pair_of_nodes nodes{manager, joining(manager->port())};
    nodes.shake_hands();
    auto& from = is_worker_first ? nodes.worker : nodes.manager;
    auto& other = is_worker_first ? nodes.manager : nodes.worker;
    auto sent = std::async(std::launch::async, [&] {
      auto is_sent = from.send(last);
      from.close();
      return is_sent;
    });
    EXPECT_TRUE(other.receive_all() == last) << is_worker_first;
    EXPECT_TRUE(sent.get());
  }
}

TEST_P(connection_test, says_who_is_there_as_long_as_it_is) {
  gate manager{listening()};
  pair_of_nodes nodes{manager, joining(manager->port())};
  auto token = nodes.line.token();
  auto who = manager->peer_of(token);
  ASSERT_TRUE(who);
  EXPECT_EQ(who->name, "worker");
  EXPECT_EQ(who->is_authenticated, GetParam());
  EXPECT_TRUE(who->address.starts_with("127.0.0.1:")) << who->address;
  EXPECT_EQ(nodes.line.address(),
            "127.0.0.1:" + std::to_string(manager->port()));
  EXPECT_FALSE(manager->peer_of("another"));
  nodes.line.close();
  EXPECT_EQ(nodes.manager.receive_all(), "");
  test::wait_for([&] { return !manager->peer_of(token); });
}

TEST_P(connection_test, tells_once_why_it_has_ended) {
  gate manager{listening()};
  pair_of_nodes nodes{manager, joining(manager->port())};
  nodes.shake_hands();
  EXPECT_FALSE(nodes.line.closed());
  std::promise<core::error> told;
  nodes.line.on_closed([&](const core::error& why) { told.set_value(why); });
  EXPECT_TRUE(manager->close(nodes.line.token()));
  EXPECT_EQ(told.get_future().get().code, core::ec::unavailable);
  ASSERT_TRUE(nodes.line.closed());
  std::optional<core::error> again;
  nodes.line.on_closed([&](const core::error& why) { again = why; });
  EXPECT_EQ(again, nodes.line.closed());
  EXPECT_FALSE(manager->close("another"));
}

TEST_P(connection_test, may_be_destroyed_when_it_tells_of_its_end) {
  gate manager{listening()};
  auto nodes = std::make_unique<pair_of_nodes>(manager,
                                               joining(manager->port()));
  auto line
    = std::make_shared<std::optional<connection>>(std::move(nodes->line));
  std::promise<void> gone;
  (*line)->on_closed([line, &gone](const core::error&) mutable {
    line->reset();
    gone.set_value();
  });
  nodes->manager.close();
  gone.get_future().get();
}

TEST_P(connection_test, ends_what_the_own_node_should_not_send) {
  gate manager{listening()};
  pair_of_nodes nodes{manager, joining(manager->port())};
  nodes.worker.send(basp_packets{}.message("before the handshake"));
  EXPECT_EQ(nodes.worker.receive_all(), "");
  ASSERT_TRUE(nodes.line.closed());
  EXPECT_EQ(nodes.line.closed()->code, core::ec::invalid_argument);
  EXPECT_NE(nodes.line.closed()->message.find("the own node"),
            std::string::npos);
}

TEST_P(connection_test, makes_a_fast_sender_wait_for_a_slow_reader) {
  gate manager{listening()};
  pair_of_nodes nodes{manager, joining(manager->port())};
  nodes.shake_hands();
  // Far more than all buffers on the way hold, the system's included.
  basp_packets basp;
  std::string all;
  for (int i = 0; i < 100; ++i)
    all += basp.message(std::string(1'000'000, 'x'));
  auto sent = send_until_full(nodes.worker, all);
  EXPECT_LT(sent, all.size());
  auto rest = std::async(std::launch::async, [&] {
    return nodes.worker.send(std::string_view{all}.substr(sent));
  });
  EXPECT_TRUE(nodes.manager.receive_exactly(all.size()) == all);
  EXPECT_TRUE(rest.get());
}

TEST_P(connection_test, ends_when_nobody_takes_what_comes) {
  auto options = listening();
  options.limits.write_timeout = std::chrono::milliseconds{200};
  gate manager{options};
  pair_of_nodes nodes{manager, joining(manager->port())};
  nodes.shake_hands();
  auto message = basp_packets{}.message(std::string(1'000'000, 'x'));
  while (nodes.worker.send(message))
    ;
  test::wait_for([&] { return manager->counters().timed_out == 1; });
}

TEST_P(connection_test, ends_when_nothing_comes) {
  auto options = listening();
  options.limits.idle_timeout = std::chrono::milliseconds{200};
  gate manager{options};
  pair_of_nodes nodes{manager, joining(manager->port())};
  nodes.shake_hands();
  EXPECT_EQ(nodes.manager.receive_all(), "");
  EXPECT_EQ(manager->counters().timed_out, 1u);
}

TEST_P(connection_test, closes_the_port_when_nobody_takes_it) {
  gate manager{listening()};
  auto options = joining(manager->port());
  auto line = test::join(options);
  auto target = manager.accept();
  auto first = test::connect_to(line.port());
  // It is for one only.
  test::wait_for([&] {
    try {
      test::connect_to(line.port());
      return false;
    } catch (const std::system_error&) {
      return true;
    }
  });
}

TEST_P(connection_test, is_given_up_when_nobody_comes_to_its_port) {
  gate manager{listening()};
  auto options = joining(manager->port());
  options.limits.handshake_timeout = std::chrono::milliseconds{500};
  auto dialer = dialer::make(options);
  ASSERT_TRUE(dialer);
  auto line = dialer->connect(test::plenty);
  // On a machine that is very slow it is TLS's handshake that takes too long.
  if (!line)
    GTEST_SKIP() << line.error().message;
  std::promise<core::error> told;
  line->on_closed([&](const core::error& why) { told.set_value(why); });
  EXPECT_EQ(told.get_future().get().code, core::ec::timeout);
}

} // namespace troupe::link
