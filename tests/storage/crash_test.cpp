// A process that writes a journal is killed at every point of a commit, and
// anywhere. Whatever it was told is safe is there then, once, and nothing else
// but perhaps the one batch after that.

#include "storage/sqlite_journal.hpp"
#include "tests/storage/journal_check.hpp"
#include "tests/storage/scripted_batches.hpp"
#include "tests/support/killable_program.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>

namespace troupe::storage {

namespace {

/// Batches that a writer commits unless it is killed before.
constexpr auto batches_max = "12";

class crash_test : public testing::Test {
protected:
  /// Starts a writer, with a fail point or none.
  void start(const std::string& point = {}) {
    ASSERT_NO_FATAL_FAILURE(test::start(
      writer, {STORAGE_CRASH_WRITER, directory.path("journal"), batches_max},
      point));
  }

  /// What it was told next; false if it tells no more.
  bool read_told() {
    uint64_t next = 0;
    if (::read(writer.from, &next, sizeof next) != sizeof next)
      return false;
    told = next;
    return true;
  }

  /// Whether it was killed.
  bool wait_for_end() {
    while (read_told())
      continue;
    ::close(writer.from);
    int status = 0;
    ::waitpid(writer.child, &status, 0);
    if (WIFSIGNALED(status))
      return WTERMSIG(status) == SIGKILL;
    EXPECT_EQ(WEXITSTATUS(status), 0);
    return false;
  }

  void check() {
    auto opened = open_sqlite_journal(directory.path("journal"),
                                      {.blob_bytes_min = 2000});
    ASSERT_TRUE(opened) << to_string(opened.error());
    auto& journal = **opened;
    ASSERT_GE(journal.sequence(), told);
    ASSERT_LE(journal.sequence(), told + 1);
    told = journal.sequence();
    script.go_to(told);
    // A writer may have been killed before it came to this.
    retention_order order{.count_max = 40};
    ASSERT_TRUE(journal.forget(order));
    ASSERT_TRUE(script.expected().forget(order));
    expect_same_content(journal, script.expected());
  }

  test::temporary_directory directory;
  scripted_batches script;
  test::killable_program writer;
  uint64_t told = 0;
};

class crash_at_test : public crash_test,
                      public testing::WithParamInterface<const char*> {};

} // namespace

TEST_P(crash_at_test, leaves_all_it_was_told_is_safe) {
  std::string point = GetParam();
  auto kills = 0;
  for (auto count : {1, 2, 3, 4, 6, 9, 1, 5}) {
    SCOPED_TRACE(point + " for the time " + std::to_string(count));
    start(point + ":" + std::to_string(count));
    kills += wait_for_end() ? 1 : 0;
    check();
    if (HasFatalFailure())
      return;
  }
  // Checkpoints are rare.
  EXPECT_GE(kills, point.ends_with("checkpoint") ? 1 : 7);
}

INSTANTIATE_TEST_SUITE_P(points, crash_at_test, testing::ValuesIn([] {
                           auto all = test::commit_points();
                           all.push_back("after_erase");
                           return all;
                         }()),
                         [](auto& info) { return std::string{info.param}; });

TEST_F(crash_test, at_any_time_leaves_all_it_was_told_is_safe) {
  std::minstd_rand random{7};
  auto kills = 0;
  for (auto i = 0; i < 110; ++i) {
    SCOPED_TRACE("round " + std::to_string(i));
    if (i % 10 == 0) {
      // Another journal, so that what is compared stays small.
      std::filesystem::remove_all(directory.path());
      std::filesystem::create_directory(directory.path());
      script = {};
      told = 0;
    }
    start();
    for (auto n = random() % 4; n > 0 && read_told(); --n)
      continue;
    // Up to a hundred thousand steps, so that it is now here, now there.
    for (std::atomic n{random() % 100'000}; n > 0; --n)
      continue;
    ::kill(writer.child, SIGKILL);
    kills += wait_for_end() ? 1 : 0;
    check();
    if (HasFatalFailure())
      return;
  }
  EXPECT_GE(kills, 100);
}

} // namespace troupe::storage
