#include "cli/connect_arguments.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace troupe::cli {

TEST(connect_arguments_test, reads_who_somebody_is) {
  CLI::App app;
  connect_options at;
  add_identity(app, at);
  // CLI11 takes them from the back.
  app.parse(std::vector<std::string>{"--insecure", "s", "--secret-file",
                                     "a.key", "--key", "a.crt", "--cert",
                                     "ca.crt", "--ca"});
  EXPECT_EQ(at.ca, "ca.crt");
  EXPECT_EQ(at.certificate, "a.crt");
  EXPECT_EQ(at.key, "a.key");
  EXPECT_EQ(at.secret_file, "s");
  EXPECT_TRUE(at.is_insecure);
}

TEST(connect_arguments_test, takes_from_the_environment_what_was_not_given) {
  ::setenv("TROUPE_CA", "theirs.crt", 1);
  ::setenv("TROUPE_KEY", "theirs.key", 1);
  connect_options at;
  at.ca = "mine.crt";
  look_up(at);
  ::unsetenv("TROUPE_CA");
  ::unsetenv("TROUPE_KEY");
  EXPECT_EQ(at.ca, "mine.crt");
  EXPECT_EQ(at.key, "theirs.key");
}

} // namespace troupe::cli
