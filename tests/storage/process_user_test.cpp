#include "storage/process_user.hpp"

#include <gtest/gtest.h>
#include <pwd.h>
#include <unistd.h>

namespace troupe::storage {

TEST(process_user_test, is_whom_the_system_knows) {
  auto name = user_of_process();
  auto* entry = ::getpwnam(name.c_str());
  if (entry != nullptr)
    EXPECT_EQ(entry->pw_uid, ::geteuid());
  else
    EXPECT_EQ(name, "uid " + std::to_string(::geteuid()));
}

} // namespace troupe::storage
