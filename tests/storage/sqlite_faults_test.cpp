// The disk is full, fails, or has lost the end of the log: what commit() said
// is there, and nothing by halves.

#include "storage/sqlite_journal.hpp"
#include "tests/storage/failing_vfs.hpp"
#include "tests/storage/journal_check.hpp"
#include "tests/storage/scripted_batches.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>

namespace troupe::storage {

namespace {

constexpr uint64_t writes_max = 2000;

std::unique_ptr<journal> opened(const std::string& path,
                                uint32_t checkpoint_pages = 4000) {
  auto result = open_sqlite_journal(path, {.blob_bytes_min = 2000,
                                           .checkpoint_pages = checkpoint_pages,
                                           .vfs = test::failing_vfs::name});
  EXPECT_TRUE(result) << to_string(result.error());
  return result ? std::move(*result) : nullptr;
}

struct fault {
  int code;
  core::ec expected;
};

class sqlite_faults_test : public testing::TestWithParam<fault> {
protected:
  sqlite_faults_test() {
    test::failing_vfs::install();
  }

  ~sqlite_faults_test() override {
    test::failing_vfs::heal();
  }
};

class torn_log_test : public testing::Test {
protected:
  torn_log_test() {
    test::failing_vfs::install();
  }
};

void copy(const std::string& from, const std::string& to) {
  std::filesystem::copy_file(from, to,
                             std::filesystem::copy_options::overwrite_existing);
}

/// Overwrites a file from a place on.
void scramble(const std::string& path, uint64_t from) {
  std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
  auto size = std::filesystem::file_size(path);
  std::minstd_rand random{static_cast<uint32_t>(from)};
  file.seekp(static_cast<std::streamoff>(from));
  for (auto i = from; i < size; ++i)
    file.put(static_cast<char>(random() >> 8));
}

} // namespace

TEST_P(sqlite_faults_test,
       a_commit_that_fails_leaves_nothing_and_can_be_tried) {
  // With and without what is carried over to the file in between.
  for (auto pages : {4000u, 1u}) {
    uint64_t failures = 0;
    for (uint64_t number = 0; number < writes_max; ++number) {
      SCOPED_TRACE("write " + std::to_string(number));
      test::temporary_directory directory;
      auto journal = opened(directory.path("j"), pages);
      ASSERT_TRUE(journal);
      scripted_batches script;
      ASSERT_TRUE(journal->commit(script.next()));
      script.go_to(1);
      test::failing_vfs::fail_at(number, GetParam().code);
      auto done = journal->commit(script.next());
      test::failing_vfs::heal();
      if (!done) {
        ++failures;
        EXPECT_EQ(done.error().code, GetParam().expected)
          << to_string(done.error());
        expect_same_content(*journal, script.expected());
        done = journal->commit(script.next());
        ASSERT_TRUE(done) << to_string(done.error());
      }
      script.go_to(2);
      expect_same_content(*journal, script.expected());
      journal.reset();
      journal = opened(directory.path("j"));
      ASSERT_TRUE(journal);
      expect_same_content(*journal, script.expected());
      if (HasFailure())
        return;
      if (!test::failing_vfs::has_failed())
        break;
    }
    EXPECT_GE(failures, 5u);
  }
}

TEST_P(sqlite_faults_test, tidying_up_in_vain_harms_nothing) {
  // With and without what is carried over to the file.
  for (auto pages : {4000u, 1u}) {
    for (uint64_t number : {0, 1, 5}) {
      test::temporary_directory directory;
      auto journal = opened(directory.path("j"), pages);
      ASSERT_TRUE(journal);
      scripted_batches script;
      ASSERT_TRUE(journal->commit(script.next()));
      script.go_to(1);
      test::failing_vfs::fail_at(number, GetParam().code);
      journal->tidy_up();
      test::failing_vfs::heal();
      EXPECT_TRUE(number > 0 || test::failing_vfs::has_failed());
      expect_same_content(*journal, script.expected());
      ASSERT_TRUE(journal->commit(script.next()));
      script.go_to(2);
      journal.reset();
      journal = opened(directory.path("j"));
      ASSERT_TRUE(journal);
      expect_same_content(*journal, script.expected());
    }
  }
}

TEST_P(sqlite_faults_test, a_journal_that_cannot_be_made_can_be_made_later) {
  uint64_t failures = 0;
  for (uint64_t number = 0; number < writes_max; ++number) {
    SCOPED_TRACE("write " + std::to_string(number));
    test::temporary_directory directory;
    test::failing_vfs::fail_at(number, GetParam().code);
    auto result = open_sqlite_journal(directory.path("j"),
                                      {.vfs = test::failing_vfs::name});
    test::failing_vfs::heal();
    if (!result) {
      ++failures;
      EXPECT_EQ(result.error().code, GetParam().expected)
        << to_string(result.error());
    }
    result = tl::unexpected<core::error>{{}};
    auto journal = opened(directory.path("j"));
    ASSERT_TRUE(journal);
    EXPECT_TRUE(journal->commit(scripted_batches{}.next()));
    if (HasFailure() || !test::failing_vfs::has_failed())
      break;
  }
  EXPECT_GE(failures, 5u);
}

INSTANTIATE_TEST_SUITE_P(
  faults, sqlite_faults_test,
  testing::Values(fault{SQLITE_FULL, core::ec::journal_full},
                  fault{SQLITE_IOERR_WRITE, core::ec::journal_failed}),
  [](auto& info) {
    return std::string{info.param.code == SQLITE_FULL ? "full" : "broken"};
  });

TEST_F(torn_log_test, what_was_committed_before_the_torn_end_is_there) {
  test::temporary_directory directory;
  auto path = directory.path("j");
  auto other = directory.path("other");
  scripted_batches script;
  // Where in the log each batch ends.
  std::vector<uint64_t> ends{0};
  auto journal = opened(path);
  // What is in the file itself is not torn.
  journal.reset();
  journal = opened(path);
  for (uint64_t i = 1; i <= 6; ++i) {
    ASSERT_TRUE(journal->commit(script.next()));
    script.go_to(i);
    ends.push_back(std::filesystem::file_size(path + "-wal"));
  }
  for (auto is_scrambled : {false, true}) {
    for (uint64_t from = 0; from < ends.back(); from += 1777) {
      SCOPED_TRACE("from byte " + std::to_string(from));
      copy(path, other);
      copy(path + "-wal", other + "-wal");
      if (is_scrambled)
        scramble(other + "-wal", from);
      else
        std::filesystem::resize_file(other + "-wal", from);
      auto torn = opened(other);
      ASSERT_TRUE(torn);
      uint64_t safe = 0;
      while (safe + 1 < ends.size() && ends[safe + 1] <= from)
        ++safe;
      scripted_batches expected;
      expected.go_to(safe);
      expect_same_content(*torn, expected.expected());
      // It goes on from there.
      ASSERT_TRUE(torn->commit(expected.next()));
      if (HasFailure())
        return;
      torn.reset();
      for (auto end : {"", "-wal", "-shm"})
        std::filesystem::remove(other + end);
    }
  }
}

} // namespace troupe::storage
