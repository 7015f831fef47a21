#include "link/node_name.hpp"

#include <gtest/gtest.h>

#include <string>

namespace troupe::link {

TEST(node_name_test, is_what_certificates_have) {
  for (auto good : {"a", "worker-1", "gpu_7.Berlin.example.org", "192.0.2.7"})
    EXPECT_TRUE(is_node_name(good)) << good;
  for (auto bad : {"", "two words", "a\n", "a:b", "a/b", "*.example.org", "ü"})
    EXPECT_FALSE(is_node_name(bad)) << bad;
  EXPECT_TRUE(is_node_name(std::string(253, 'x')));
  EXPECT_FALSE(is_node_name(std::string(254, 'x')));
  EXPECT_FALSE(is_node_name({"a\0", 2}));
}

} // namespace troupe::link
