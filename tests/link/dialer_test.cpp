#include "link/dialer.hpp"

#include "tests/link/fleet.hpp"
#include "tests/link/gate.hpp"

#include <gtest/gtest.h>
#include <netdb.h>

#include <thread>

namespace troupe::link {

namespace {

using test::error_of;
using test::fleet;
using test::gate;
using test::open_port;
using test::to;

/// Plays a listener that answers the first greeting so.
core::error error_when_answered(const std::string& answer) {
  open_port port;
  std::thread other{[&] {
    auto x = port.accept();
    x.receive_line();
    x.send(answer);
    x.end_sending();
    x.receive_all();
  }};
  auto error = error_of(to(port.port()));
  other.join();
  return error;
}

/// The machine, without Troupe.
bool knows(const char* name) {
  addrinfo* found = nullptr;
  if (::getaddrinfo(name, nullptr, nullptr, &found) != 0)
    return false;
  ::freeaddrinfo(found);
  return true;
}

bool mentions(const core::error& x, std::string_view text) {
  return x.message.find(text) != std::string::npos;
}

} // namespace

TEST(dialer_test, says_what_is_wrong_with_its_options) {
  dialer_options options;
  options.node_name = "two words";
  auto wrong = validate(options);
  ASSERT_EQ(wrong.size(), 3u);
  EXPECT_TRUE(wrong[0].starts_with("host:"));
  EXPECT_TRUE(wrong[1].starts_with("port:"));
  EXPECT_TRUE(wrong[2].starts_with("node_name:"));
  EXPECT_EQ(error_of(options).code, core::ec::invalid_argument);
}

TEST(dialer_test, says_that_a_name_cannot_be_looked_up) {
  auto options = to(7117);
  options.host = "no-such-host.invalid";
  auto error = error_of(options);
  EXPECT_EQ(error.code, core::ec::unavailable);
  EXPECT_TRUE(mentions(error, "no-such-host.invalid:7117")) << error.message;
  EXPECT_TRUE(mentions(error, "looked up")) << error.message;
}

TEST(dialer_test, looks_names_up) {
  if (!knows("localhost"))
    GTEST_SKIP() << "this machine has no name for itself, see /etc/hosts";
  gate manager;
  auto options = to(manager->port());
  options.host = "localhost";
  auto line = test::join(options);
  EXPECT_TRUE(manager->peer_of(line.token()));
}

TEST(dialer_test, says_that_nobody_listens) {
  open_port port;
  auto number = port.port();
  port.close();
  auto error = error_of(to(number));
  EXPECT_EQ(error.code, core::ec::unavailable);
  EXPECT_TRUE(mentions(error, "refused")) << error.message;
  EXPECT_FALSE(error.is_permanent);
}

TEST(dialer_test, does_not_wait_for_one_who_says_nothing) {
  open_port port;
  auto options = to(port.port());
  options.limits.handshake_timeout = std::chrono::milliseconds{100};
  auto error = error_of(options);
  EXPECT_EQ(error.code, core::ec::timeout);
  EXPECT_TRUE(mentions(error, "shaking hands")) << error.message;
}

TEST(dialer_test, has_a_time_for_all_of_it) {
  open_port port;
  auto dialer = dialer::make(to(port.port()));
  ASSERT_TRUE(dialer);
  auto line = dialer->connect(std::chrono::milliseconds{100});
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().code, core::ec::timeout);
}

TEST(dialer_test, can_be_interrupted) {
  open_port port;
  auto dialer = dialer::make(to(port.port()));
  ASSERT_TRUE(dialer);
  std::thread other{[&] {
    // The other side has heard of it, so it is under way.
    auto x = port.accept();
    x.receive_line();
    dialer->cancel();
    x.receive_all();
  }};
  auto line = dialer->connect(test::plenty);
  other.join();
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().code, core::ec::cancelled);
  auto again = dialer->connect(test::plenty);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, core::ec::cancelled);
}

TEST(dialer_test, says_why_it_is_refused) {
  auto error = error_when_answered("NO not_allowed x is not among them\n");
  EXPECT_EQ(error.code, core::ec::unavailable);
  EXPECT_TRUE(error.is_permanent);
  EXPECT_TRUE(mentions(error, "x is not among them")) << error.message;
  error = error_when_answered("NO unavailable not now\n");
  EXPECT_FALSE(error.is_permanent);
  error = error_when_answered("OK 2\n");
  EXPECT_TRUE(mentions(error, "version 2")) << error.message;
  EXPECT_TRUE(mentions(error, "version 1")) << error.message;
  EXPECT_TRUE(error.is_permanent);
}

TEST(dialer_test, takes_no_other_answer) {
  for (std::string answer :
       {"HTTP/1.1 400 Bad Request\r\n\r\n", "\n", "OK\n", "OK 1 2\n"})
    EXPECT_EQ(error_when_answered(answer).code, core::ec::unavailable)
      << answer;
  EXPECT_EQ(error_when_answered(std::string(100'000, 'x')).code,
            core::ec::unavailable);
  auto hung_up = error_when_answered("");
  EXPECT_TRUE(mentions(hung_up, "hung up")) << hung_up.message;
  EXPECT_TRUE(mentions(error_when_answered("OK"), "hung up"));
}

TEST(dialer_test, makes_sure_of_whom_it_speaks_to) {
  fleet own;
  fleet foreign;
  listener_options listening;
  listening.tls = own.tls_of("manager");
  gate manager{listening};
  auto options = to(manager->port());
  options.tls = own.tls_of("worker");
  // Its address is in the certificate as well.
  test::join(options);
  options.expected_name = "manager";
  test::join(options);
  options.expected_name = "someone-else";
  auto error = error_of(options);
  EXPECT_TRUE(mentions(error, "not whom it should be")) << error.message;
  EXPECT_TRUE(error.is_permanent);
  options.expected_name = "127.0.0.2";
  EXPECT_TRUE(mentions(error_of(options), "not whom it should be"));
  options.expected_name = "manager";
  options.tls = foreign.tls_of("worker");
  error = error_of(options);
  EXPECT_TRUE(mentions(error, "not whom it should be")) << error.message;
}

TEST(dialer_test, says_that_only_one_side_has_tls) {
  fleet own;
  listener_options listening;
  listening.tls = own.tls_of("manager");
  listening.limits.handshake_timeout = std::chrono::milliseconds{300};
  gate with{listening};
  EXPECT_EQ(error_of(to(with->port())).code, core::ec::unavailable);
  gate without;
  auto options = to(without->port());
  options.tls = own.tls_of("worker");
  auto error = error_of(options);
  EXPECT_EQ(error.code, core::ec::unavailable);
  EXPECT_TRUE(mentions(error, "TLS")) << error.message;
}

} // namespace troupe::link
