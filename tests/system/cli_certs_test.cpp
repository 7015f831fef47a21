#include "tests/system/program_directory.hpp"

#include <gtest/gtest.h>

namespace troupe {

TEST(cli_certs_test, makes_a_ca_and_nodes) {
  testing::program_directory where;
  auto ca = where.run({"certs", "ca", "fleet"});
  EXPECT_EQ(ca.exit_code, 0) << ca.err.bytes;
  EXPECT_TRUE(testing::says(ca.out, "fleet/ca.key  for nobody"));
  auto node
    = where.run({"certs", "node", "fleet", "worker-1", "--ip", "192.0.2.7"});
  EXPECT_EQ(node.exit_code, 0) << node.err.bytes;
  EXPECT_TRUE(testing::says(node.out, "fleet/worker-1.key"));
  for (auto name : {"ca.crt", "ca.key", "worker-1.crt", "worker-1.key"})
    EXPECT_TRUE(where.has(std::string{"fleet/"} + name)) << name;
}

TEST(cli_certs_test, leaves_what_is_there) {
  testing::program_directory where;
  ASSERT_EQ(where.run({"certs", "ca", "fleet"}).exit_code, 0);
  auto before = where.read("fleet/ca.key");
  auto again = where.run({"certs", "ca", "fleet"});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_TRUE(testing::says(again.err, "it is there already"));
  EXPECT_EQ(where.read("fleet/ca.key"), before);
  EXPECT_EQ(where.run({"certs", "ca", "fleet", "--overwrite"}).exit_code, 0);
  EXPECT_NE(where.read("fleet/ca.key"), before);
}

TEST(cli_certs_test, says_what_is_missing) {
  testing::program_directory where;
  auto node = where.run({"certs", "node", "none", "worker-1"});
  EXPECT_EQ(node.exit_code, 2);
  EXPECT_TRUE(testing::says(node.err, "troupe certs ca"));
}

} // namespace troupe
