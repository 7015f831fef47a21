#include "cli/client_console.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

TEST(client_console_test, says_what_is_wrong_and_who_is_to_blame) {
  std::string err;
  client_console console;
  console.complain = [&](auto text) {
    err += text;
  };
  EXPECT_EQ(refuse(console, {core::ec::invalid_argument, "no"}), 2);
  EXPECT_EQ(refuse(console, {core::ec::unavailable, "away"}), 2);
  EXPECT_EQ(refuse(console, {core::ec::rate_limited, "slow", false,
                             std::chrono::seconds{90}}),
            1);
  EXPECT_EQ(err, "troupe: invalid_argument: no\n"
                 "troupe: unavailable: away\n"
                 "troupe: rate_limited: slow; try again in 1m30s\n");
}

} // namespace troupe::cli
