#include "cli/connect.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

connect_options at(std::string where) {
  connect_options result;
  result.at = std::move(where);
  return result;
}

core::error error_of(const connect_options& options) {
  auto made = make_dialer_options(options);
  return made ? core::error{} : made.error();
}

} // namespace

TEST(connect_test, says_where_nobody_answers) {
  // Port 1 is nobody's here, and is refused at once.
  auto channel = connect(at("127.0.0.1:1"));
  ASSERT_FALSE(channel);
  EXPECT_EQ(channel.error().code, core::ec::unavailable);
  EXPECT_NE(channel.error().message.find("127.0.0.1"), std::string::npos);
}

TEST(connect_test, wants_tls_beyond_this_machine) {
  EXPECT_EQ(error_of(at("house:7117")).message,
            "house is another machine: give --ca, --cert and --key, or "
            "--insecure if nobody else is on the way");
  auto options = at("house:7117");
  options.is_insecure = true;
  EXPECT_EQ(error_of(options).code, core::ec::none);
}

TEST(connect_test, wants_all_three_files) {
  auto options = at("house:7117");
  options.ca = "ca.crt";
  EXPECT_EQ(error_of(options).message,
            "TLS needs all three: --ca, --cert and --key");
  options.certificate = "a.crt";
  options.key = "a.key";
  EXPECT_EQ(error_of(options).message,
            "--as NAME has to say for whom the certificate is");
  options.name = "a";
  auto made = make_dialer_options(options);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->host, "house");
  EXPECT_EQ(made->port, 7117);
  EXPECT_EQ(made->node_name, "a");
  EXPECT_EQ(made->tls->key_file, "a.key");
}

TEST(connect_test, names_the_secret_file_that_is_not_there) {
  auto options = at("127.0.0.1:1");
  options.secret_file = "/there/is/none";
  auto channel = connect(options);
  ASSERT_FALSE(channel);
  EXPECT_NE(channel.error().message.find("/there/is/none"), std::string::npos);
}

} // namespace troupe::cli
