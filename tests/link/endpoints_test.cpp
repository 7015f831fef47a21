#include "link/endpoints.hpp"

#include <gtest/gtest.h>

namespace troupe::link {

namespace {

asio::ip::address address_of(const char* text) {
  return asio::ip::make_address(text);
}

} // namespace

TEST(endpoints_test, are_written_as_people_do) {
  EXPECT_EQ(to_text({address_of("192.0.2.7"), 80}), "192.0.2.7:80");
  EXPECT_EQ(to_text({address_of("2001:db8::1"), 80}), "[2001:db8::1]:80");
  EXPECT_EQ(to_text({address_of("::ffff:192.0.2.7"), 80}), "192.0.2.7:80");
}

TEST(endpoints_test, hold_a_whole_network_of_ipv6_responsible) {
  EXPECT_EQ(to_neighbourhood(address_of("192.0.2.7")), "192.0.2.7");
  EXPECT_EQ(to_neighbourhood(address_of("::ffff:192.0.2.7")), "192.0.2.7");
  EXPECT_EQ(to_neighbourhood(address_of("2001:db8:1:2:3:4:5:6")),
            to_neighbourhood(address_of("2001:db8:1:2::1")));
  EXPECT_NE(to_neighbourhood(address_of("2001:db8:1:2::1")),
            to_neighbourhood(address_of("2001:db8:1:3::1")));
}

TEST(endpoints_test, know_this_machine) {
  for (auto x : {"127.0.0.1", "127.5.0.1", "::1", "::ffff:127.0.0.1"})
    EXPECT_TRUE(is_loopback(address_of(x))) << x;
  for (auto x : {"0.0.0.0", "::", "192.0.2.7", "2001:db8::1"})
    EXPECT_FALSE(is_loopback(address_of(x))) << x;
}

} // namespace troupe::link
