#include "storage/journal_lock.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>

namespace troupe::storage {

TEST(journal_lock_test, names_who_holds_it) {
  test::temporary_directory directory;
  auto path = directory.path("j");
  auto first = journal_lock::take(path, "first program");
  ASSERT_TRUE(first);
  auto second = journal_lock::take(path, "second");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, core::ec::journal_in_use);
  auto& message = second.error().message;
  EXPECT_NE(message.find(path), std::string::npos);
  EXPECT_NE(message.find("process " + std::to_string(::getpid())
                         + " (first program) on "),
            std::string::npos)
    << message;
}

TEST(journal_lock_test, is_free_again_when_its_holder_lets_go) {
  test::temporary_directory directory;
  auto path = directory.path("j");
  {
    auto lock = journal_lock::take(path, "one");
    ASSERT_TRUE(lock);
    auto moved = std::move(*lock);
    EXPECT_FALSE(journal_lock::take(path, "two"));
  }
  EXPECT_TRUE(journal_lock::take(path, "three"));
}

TEST(journal_lock_test, goes_away_with_a_process_that_is_killed) {
  test::temporary_directory directory;
  auto path = directory.path("j");
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  auto child = ::fork();
  if (child == 0) {
    auto lock = journal_lock::take(path, "child");
    [[maybe_unused]] auto told = ::write(ready[1], lock ? "y" : "n", 1);
    ::pause();
    ::_exit(0);
  }
  char answer = 0;
  ASSERT_EQ(::read(ready[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  EXPECT_FALSE(journal_lock::take(path, "parent"));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(journal_lock::take(path, "parent"));
}

TEST(journal_lock_test, says_why_it_cannot_be_taken) {
  test::temporary_directory directory;
  auto lock = journal_lock::take(directory.path("none/j"), "one");
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().code, core::ec::journal_failed);
  EXPECT_NE(lock.error().message.find("see that its directory is there"),
            std::string::npos);
}

} // namespace troupe::storage
