#include "link/private_file.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace troupe::link {

namespace {

std::string message_of(const core::result<std::string>& x) {
  return x ? "" : x.error().message;
}

} // namespace

TEST(private_file_test, reads_what_is_nobody_elses) {
  test::temporary_directory directory;
  auto path = directory.add("key", std::string(10'000, 'k'));
  for (auto mode : {0600u, 0400u, 0700u}) {
    ::chmod(path.c_str(), mode);
    EXPECT_EQ(read_private_file(path, "the key"), std::string(10'000, 'k'));
  }
  for (auto mode : {0640u, 0604u, 0620u, 0610u}) {
    ::chmod(path.c_str(), mode);
    auto wrong = message_of(read_private_file(path, "the key"));
    EXPECT_NE(wrong.find(path), std::string::npos) << wrong;
    EXPECT_NE(wrong.find("chmod 600"), std::string::npos) << wrong;
    EXPECT_TRUE(read_public_file(path, "the certificate"));
  }
}

TEST(private_file_test, says_what_cannot_be_read) {
  test::temporary_directory directory;
  auto missing = read_public_file(directory.path("none"), "the certificate");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, core::ec::system_error);
  EXPECT_NE(missing.error().message.find("the certificate cannot be read"),
            std::string::npos);
  EXPECT_NE(message_of(read_public_file(directory.path(), "the key"))
              .find("is to be in a file"),
            std::string::npos);
  auto big = directory.add("big", std::string(1024 * 1024 + 1, 'x'));
  EXPECT_NE(message_of(read_public_file(big, "the key")).find("too big"),
            std::string::npos);
  auto pipe = directory.path("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_FALSE(read_private_file(pipe, "the secret"));
}

} // namespace troupe::link
