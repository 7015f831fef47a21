#include "tests/cli/serve_loading.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

using testing::load_serve;
using mistake_list = std::vector<std::string>;

} // namespace

TEST(read_listen_test, reads_all_there_is) {
  auto x = load_serve("listen: {address: 0.0.0.0, port: 7700, ca: a, "
                      "certificate: b, key: c, nodes: [east, west], "
                      "secret_file: s}");
  ASSERT_TRUE(x.value) << x.messages.at(0);
  auto& s = *x.value->listen;
  EXPECT_EQ(s.address, "0.0.0.0");
  EXPECT_EQ(s.port, 7700);
  EXPECT_EQ(s.ca, "a");
  EXPECT_EQ(s.certificate, "b");
  EXPECT_EQ(s.key, "c");
  EXPECT_EQ(s.allowed, (mistake_list{"east", "west"}));
  EXPECT_EQ(s.secret_file, "s");
  EXPECT_FALSE(s.is_insecure);
}

TEST(read_listen_test, wants_certificates_beyond_this_machine) {
  for (auto address : {"127.0.0.1", "127.9.9.9", "'::1'"})
    EXPECT_TRUE(
      load_serve(std::string{"listen: {port: 1, address: "} + address + "}")
        .value)
      << address;
  EXPECT_TRUE(
    load_serve("listen: {port: 1, address: 0.0.0.0, insecure: true}").value);
  EXPECT_EQ(load_serve("listen: {port: 1, address: 0.0.0.0}").messages,
            mistake_list{"f:1:9: error: 'listen' on 0.0.0.0 needs 'ca', "
                         "'certificate' and 'key' ('troupe certs' makes some), "
                         "or 'insecure: true'"});
  EXPECT_EQ(load_serve("listen: {port: 1, ca: a}").messages,
            mistake_list{"f:1:9: error: 'listen' needs all of 'ca', "
                         "'certificate' and 'key', or none of them"});
  EXPECT_EQ(load_serve("listen: {port: 1, ca: a, certificate: b, key: c, "
                       "insecure: true}")
              .messages.size(),
            1u);
}

TEST(read_listen_test, says_what_is_wrong) {
  EXPECT_EQ(load_serve("listen: {address: a}").messages,
            mistake_list{"f:1:9: error: 'listen' needs 'port'"});
  EXPECT_EQ(load_serve("listen: {port: 65536}").messages,
            mistake_list{"f:1:16: error: 'port' of 'listen' must be a whole "
                         "number, 0 to 65535, not '65536'"});
  EXPECT_EQ(load_serve("listen: {port: 1, tls: x}").messages.size(), 1u);
}

TEST(read_listen_test, reads_how_soon_silence_is_noticed) {
  auto x = load_serve(
    "liveness: {heartbeat_interval: 100ms, suspect_after: "
    "300ms, dead_after: 1s, gone_after: 700ms, lease: 800ms}");
  ASSERT_TRUE(x.value) << x.messages.at(0);
  auto& s = x.value->liveness;
  EXPECT_EQ(s.heartbeat_interval, std::chrono::milliseconds{100});
  EXPECT_EQ(s.suspect_after, std::chrono::milliseconds{300});
  EXPECT_EQ(s.dead_after, std::chrono::seconds{1});
  EXPECT_EQ(s.gone_after, std::chrono::milliseconds{700});
  EXPECT_EQ(s.lease, std::chrono::milliseconds{800});
}

TEST(read_listen_test, wants_times_of_liveness_in_their_order) {
  for (auto times : {"heartbeat_interval: 0s", "suspect_after: 1s",
                     "dead_after: 3s", "lease: 10s", "lease: 1s"}) {
    auto x = load_serve(std::string{"liveness: {"} + times + "}");
    ASSERT_FALSE(x.messages.empty()) << times;
    EXPECT_TRUE(x.messages[0].starts_with("f:1:11: error: 'liveness': "))
      << x.messages[0];
  }
}

} // namespace troupe::cli
