#include "link/listener.hpp"

#include "link/preamble.hpp"
#include "tests/link/fleet.hpp"
#include "tests/link/gate.hpp"
#include "tests/link/tls_socket.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <vector>

namespace troupe::link {

namespace {

using test::connect_to;
using test::error_of;
using test::fleet;
using test::gate;
using test::pair_of_nodes;
using test::to;

std::string line_for(const std::string& name, char digit = 'a') {
  return render(greeting{name, std::string(token_digits, digit)});
}

/// What it answers to this, before it closes.
std::string answer_of(uint16_t port, const std::string& said) {
  auto x = connect_to(port);
  x.send(said);
  return x.receive_line();
}

std::string wrong_with(listener_options options) {
  options.target_port = 1;
  auto made = listener::start(std::move(options));
  return made ? "" : made.error().message;
}

} // namespace

TEST(listener_test, says_what_is_wrong_with_its_options) {
  listener_options options;
  options.allowed_names = {"two words"};
  options.connections_max = 0;
  options.limits.buffer_bytes = 1;
  options.rate_per_address.tokens = 0;
  std::string all;
  for (auto& x : validate(options))
    all += x + "\n";
  for (auto field : {"target_port", "allowed_names", "connections_max",
                     "buffer_bytes", "rate_per_address"})
    EXPECT_NE(all.find(field), std::string::npos) << all;
  EXPECT_NE(wrong_with({.address = "localhost"}).find("as a number"),
            std::string::npos);
}

TEST(listener_test, is_plain_beyond_loopback_only_if_told) {
  auto wrong = wrong_with({.address = "0.0.0.0"});
  EXPECT_NE(wrong.find("without TLS"), std::string::npos) << wrong;
  EXPECT_EQ(wrong_with({.address = "0.0.0.0", .is_insecure_allowed = true}),
            "");
  EXPECT_EQ(wrong_with({.address = "127.0.0.5"}), "");
}

TEST(listener_test, says_that_its_port_is_taken) {
  gate first;
  auto wrong = wrong_with({.port = first->port()});
  EXPECT_NE(wrong.find("cannot listen at 127.0.0.1:"), std::string::npos)
    << wrong;
}

TEST(listener_test, refuses_others_in_words) {
  listener_options options;
  options.allowed_names = {"worker"};
  options.limits = test::patient();
  gate manager{options};
  auto port = manager->port();
  EXPECT_TRUE(
    answer_of(port, "GET / HTTP/1.1\r\n").starts_with("NO malformed"));
  EXPECT_TRUE(answer_of(port, "\n").starts_with("NO malformed"));
  EXPECT_TRUE(
    answer_of(port, std::string(512, 'x')).starts_with("NO malformed"));
  EXPECT_TRUE(answer_of(port, "TROUPE-LINK 1 worker short\n")
                .starts_with("NO malformed"));
  auto version = answer_of(port, "TROUPE-LINK 2 worker x\n");
  EXPECT_TRUE(version.starts_with("NO version")) << version;
  EXPECT_NE(version.find("version 1"), std::string::npos);
  EXPECT_NE(version.find("version 2"), std::string::npos);
  EXPECT_TRUE(
    answer_of(port, line_for("stranger")).starts_with("NO not_allowed"));
  auto counters = manager->counters();
  EXPECT_EQ(counters.refused_for(refusal::malformed), 4u);
  EXPECT_EQ(counters.refused_for(refusal::version), 1u);
  EXPECT_EQ(counters.refused_for(refusal::not_allowed), 1u);
  EXPECT_EQ(counters.admitted, 0u);
  EXPECT_EQ(counters.shaking_hands, 0u);
}

TEST(listener_test, gives_no_token_to_two) {
  gate manager;
  auto first = connect_to(manager->port());
  first.send(line_for("worker"));
  EXPECT_EQ(first.receive_line(), "OK 1");
  auto second = connect_to(manager->port());
  second.send(line_for("worker"));
  EXPECT_TRUE(second.receive_line().starts_with("NO token_in_use"));
  EXPECT_EQ(manager->peer_of(std::string(token_digits, 'a'))->name, "worker");
  EXPECT_EQ(second.receive_all(), "");
  EXPECT_TRUE(manager->peer_of(std::string(token_digits, 'a')));
}

TEST(listener_test, says_that_there_is_no_basp) {
  gate manager;
  manager.target().close();
  auto error = error_of(to(manager->port()));
  EXPECT_NE(error.message.find("takes no connection"), std::string::npos)
    << error.message;
  EXPECT_FALSE(error.is_permanent);
  EXPECT_EQ(manager->counters().refused_for(refusal::unavailable), 1u);
}

TEST(listener_test, checks_certificates_and_names) {
  fleet own{"manager", "worker", "other"};
  fleet foreign;
  listener_options options;
  options.tls = own.tls_of("manager");
  options.allowed_names = {"worker", "manager"};
  options.limits = test::patient();
  gate manager{options};
  auto port = manager->port();
  auto answer = [&](const tls_settings* who, const std::string& name) {
    test::tls_socket x{connect_to(port), who};
    x.send(line_for(name));
    return x.receive_line();
  };
  auto worker = own.tls_of("worker");
  EXPECT_EQ(answer(&worker, "worker"), "OK 1");
  EXPECT_TRUE(answer(&worker, "manager").starts_with("NO wrong_name"));
  EXPECT_TRUE(answer(&worker, "WORKERS").starts_with("NO wrong_name"));
  auto other = own.tls_of("other");
  EXPECT_TRUE(answer(&other, "other").starts_with("NO not_allowed"));
  EXPECT_EQ(answer(nullptr, "worker"), "");
  auto stranger = foreign.tls_of("worker");
  EXPECT_EQ(answer(&stranger, "worker"), "");
  auto plain = connect_to(port);
  plain.send(line_for("worker"));
  plain.receive_all();
  auto counters = manager->counters();
  EXPECT_EQ(counters.refused_for(refusal::untrusted), 3u);
  EXPECT_EQ(counters.refused_for(refusal::wrong_name), 2u);
  EXPECT_EQ(counters.refused_for(refusal::not_allowed), 1u);
  EXPECT_EQ(counters.admitted, 1u);
}

TEST(listener_test, takes_only_so_many) {
  listener_options options;
  options.connections_max = 2;
  options.limits = test::patient();
  gate manager{options};
  pair_of_nodes first{manager};
  auto second = connect_to(manager->port());
  EXPECT_EQ(connect_to(manager->port()).receive_all(), "");
  EXPECT_EQ(manager->counters().refused_for(refusal::busy), 1u);
  second.close();
  test::wait_for([&] { return manager->counters().shaking_hands == 0; });
  pair_of_nodes third{manager};
  first.shake_hands();
  third.shake_hands();
}

TEST(listener_test, lets_one_address_be_in_its_own_way_only) {
  listener_options options;
  options.handshakes_per_address_max = 3;
  options.limits = test::patient();
  gate manager{options};
  std::vector<test::socket_handle> silent;
  for (int i = 0; i < 3; ++i)
    silent.push_back(connect_to(manager->port(), "127.0.0.2"));
  EXPECT_EQ(connect_to(manager->port(), "127.0.0.2").receive_all(), "");
  EXPECT_EQ(manager->counters().refused_for(refusal::too_many), 1u);
  pair_of_nodes nodes{manager};
  nodes.shake_hands();
  nodes.expect_alive();
}

TEST(listener_test, waits_when_there_are_no_descriptors) {
  gate manager;
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  // All has been done once: what looks for undefined behaviour needs
  // descriptors when it meets something new.
  pair_of_nodes nodes{manager};
  nodes.shake_hands();
  // The kernel completes connections that nobody accepts.
  auto waiting = test::socket_handle{::socket(AF_INET, SOCK_STREAM, 0)};
  auto limit = before;
  limit.rlim_cur = static_cast<rlim_t>(waiting.get()) + 1;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  auto address = test::loopback(manager->port());
  ASSERT_EQ(::connect(waiting.get(), reinterpret_cast<sockaddr*>(&address),
                      sizeof(address)),
            0);
  test::wait_for([&] { return manager->counters().exhausted >= 2; });
  EXPECT_EQ(manager->counters().accepted, 1u);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  test::wait_for([&] { return manager->counters().accepted == 2; });
  // Not as often as it can.
  EXPECT_LT(manager->counters().exhausted, 1000u);
}

TEST(listener_test, closes_all_when_it_stops) {
  gate manager;
  auto before = test::count_descriptors();
  {
    pair_of_nodes nodes{manager};
    nodes.shake_hands();
    auto silent = connect_to(manager->port());
    manager->stop();
    EXPECT_EQ(nodes.worker.receive_all(), "");
    EXPECT_EQ(nodes.manager.receive_all(), "");
    EXPECT_EQ(silent.receive_all(), "");
    EXPECT_FALSE(manager->peer_of(nodes.line.token()));
    EXPECT_FALSE(manager->close(nodes.line.token()));
    EXPECT_THROW(connect_to(manager->port()), std::system_error);
    manager->stop();
  }
  EXPECT_EQ(manager->counters().open, 0u);
  EXPECT_LT(test::count_descriptors(), before);
}

} // namespace troupe::link
