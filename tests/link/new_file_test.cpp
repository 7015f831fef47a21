#include "link/new_file.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

namespace troupe::link {

namespace {

unsigned mode_at(const std::string& path) {
  struct stat status {};

  ::stat(path.c_str(), &status);
  return status.st_mode & 07777u;
}

size_t files_in(const std::string& path) {
  std::filesystem::directory_iterator files{path};
  return static_cast<size_t>(std::distance(begin(files), end(files)));
}

} // namespace

TEST(new_file_test, writes_with_the_mode_whatever_the_mask) {
  test::temporary_directory directory;
  auto before = ::umask(0);
  EXPECT_TRUE(write_new_file(directory.path("key"), "k", 0600, false));
  ::umask(077);
  EXPECT_TRUE(write_new_file(directory.path("crt"), "c", 0644, false));
  ::umask(before);
  EXPECT_EQ(mode_at(directory.path("key")), 0600u);
  EXPECT_EQ(mode_at(directory.path("crt")), 0644u);
  EXPECT_EQ(directory.read("key"), "k");
  EXPECT_EQ(files_in(directory.path()), 2u);
}

TEST(new_file_test, replaces_only_if_told) {
  test::temporary_directory directory;
  auto path = directory.add("key", "old");
  auto refused = write_new_file(path, "new", 0600, false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ec::duplicate);
  EXPECT_EQ(directory.read("key"), "old");
  EXPECT_TRUE(write_new_file(path, "new", 0600, true));
  EXPECT_EQ(directory.read("key"), "new");
  EXPECT_EQ(mode_at(path), 0600u);
  EXPECT_EQ(files_in(directory.path()), 1u);
}

TEST(new_file_test, says_what_the_system_says) {
  auto refused = write_new_file("/no/such/directory/key", "k", 0600, false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ec::system_error);
  EXPECT_NE(refused.error().message.find("/no/such/directory/key"),
            std::string::npos);
}

} // namespace troupe::link
