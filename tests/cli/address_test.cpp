#include "cli/address.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

TEST(address_test, reads_names_and_addresses) {
  struct {
    const char* text;
    const char* host;
    uint16_t port;
  } table[] = {
    {"manager.example:7117", "manager.example", 7117},
    {"192.0.2.7:1", "192.0.2.7", 1},
    {"[2001:db8::1]:65535", "2001:db8::1", 65535},
  };

  for (auto& x : table) {
    auto read = parse_address(x.text);
    ASSERT_TRUE(read) << x.text;
    EXPECT_EQ(read->host, x.host);
    EXPECT_EQ(read->port, x.port);
  }
}

TEST(address_test, refuses_what_is_none) {
  for (auto text : {"", "host", "host:", ":7117", "host:0", "host:65536",
                    "host:7117x", "2001:db8::1:7117", "[]:7117"})
    EXPECT_FALSE(parse_address(text)) << text;
}

TEST(address_test, takes_any_port_where_that_makes_sense) {
  EXPECT_TRUE(parse_address("host:0", true));
  EXPECT_FALSE(parse_address("host:", true));
}

TEST(address_test, knows_this_machine) {
  for (auto text : {"localhost", "127.0.0.1", "127.1.2.3", "::1"})
    EXPECT_TRUE(is_loopback(text)) << text;
  for (auto text : {"localhost.example", "10.0.0.1", "::"})
    EXPECT_FALSE(is_loopback(text)) << text;
}

} // namespace troupe::cli
