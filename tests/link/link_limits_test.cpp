#include "link/link_limits.hpp"

#include <gtest/gtest.h>

namespace troupe::link {

TEST(link_limits_test, are_good_as_they_are) {
  EXPECT_TRUE(validate(link_limits{}).empty());
}

TEST(link_limits_test, are_checked) {
  link_limits x;
  x.handshake_timeout = x.idle_timeout = x.write_timeout
    = std::chrono::seconds{-1};
  x.buffer_bytes = 4095;
  x.packet_bytes_max = UINT32_MAX;
  auto wrong = validate(x);
  ASSERT_EQ(wrong.size(), 5u);
  size_t i = 0;
  for (auto field : {"handshake_timeout:", "idle_timeout:", "write_timeout:",
                     "buffer_bytes:", "packet_bytes_max:"})
    EXPECT_TRUE(wrong[i++].starts_with(field)) << field;
}

} // namespace troupe::link
