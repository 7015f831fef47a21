#include "cli/connect.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

TEST(connect_test, says_that_there_is_no_way) {
  connect_options options;
  options.at = "house:7700";
  auto channel = connect(options);
  ASSERT_FALSE(channel);
  EXPECT_EQ(channel.error().code, core::ec::unavailable);
  EXPECT_NE(channel.error().message.find("house:7700"), std::string::npos);
}

} // namespace troupe::cli
