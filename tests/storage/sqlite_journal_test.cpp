#include "storage/sqlite_journal.hpp"

#include "tests/storage/journal_conformance.hpp"
#include "tests/support/temporary_directory.hpp"

#include <filesystem>

namespace troupe::storage {

namespace {

struct sqlite_place {
  test::temporary_directory directory;

  std::unique_ptr<journal> open() const {
    auto opened = open_sqlite_journal(directory.path("journal"));
    if (!opened)
      throw std::runtime_error{to_string(opened.error())};
    return std::move(*opened);
  }
};

} // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(sqlite, journal_conformance, sqlite_place);

namespace {

core::error refusal(const std::string& path,
                    const sqlite_options& options = {}) {
  auto opened = open_sqlite_journal(path, options);
  EXPECT_FALSE(opened);
  return opened ? core::error{} : opened.error();
}

core::journal_batch batch_of(uint64_t sequence,
                             std::vector<core::task_image> images) {
  core::journal_batch batch;
  batch.sequence = sequence;
  batch.tasks = std::move(images);
  return batch;
}

} // namespace

TEST(sqlite_journal_test, is_open_in_one_place_only) {
  sqlite_place place;
  auto first = place.open();
  auto why = refusal(place.directory.path("journal"));
  EXPECT_EQ(why.code, core::ec::journal_in_use);
  EXPECT_NE(why.message.find("process "), std::string::npos);
}

TEST(sqlite_journal_test, can_be_read_beside_the_one_who_writes) {
  sqlite_place place;
  auto writer = place.open();
  ASSERT_TRUE(writer->commit(batch_of(1, {new_image(1)})));
  auto opened = open_sqlite_journal(place.directory.path("journal"),
                                    {.is_read_only = true});
  ASSERT_TRUE(opened) << to_string(opened.error());
  auto& reader = **opened;
  ASSERT_TRUE(
    writer->commit(batch_of(2, {new_image(spec_of(2, "new queue"), 2)})));
  EXPECT_TRUE(reader.find(id_of(2)).value());
  EXPECT_EQ(reader.info()->unended, 2u);
  EXPECT_EQ(reader.sequence(), 2u);
  EXPECT_EQ(reader.list({.queue = "new queue"})->tasks.size(), 1u);
  auto refused = reader.commit(batch_of(3, {new_image(3)}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ec::journal_failed);
  EXPECT_FALSE(reader.forget({.count_max = 0}));
}

TEST(sqlite_journal_test, refuses_what_is_no_journal_and_leaves_it_alone) {
  test::temporary_directory directory;
  std::string text(5000, 'x');
  auto path = directory.add("letter", text);
  auto why = refusal(path);
  EXPECT_EQ(why.code, core::ec::journal_failed);
  EXPECT_NE(why.message.find("no journal of Troupe"), std::string::npos)
    << why.message;
  EXPECT_EQ(directory.read("letter"), text);
}

TEST(sqlite_journal_test, reads_nothing_that_is_not_there) {
  test::temporary_directory directory;
  EXPECT_EQ(refusal(directory.path("j"), {.is_read_only = true}).code,
            core::ec::journal_failed);
  EXPECT_EQ(refusal(directory.path("none/j")).code, core::ec::journal_failed);
  directory.add("empty");
  EXPECT_EQ(refusal(directory.path("empty"), {.is_read_only = true}).code,
            core::ec::journal_failed);
}

TEST(sqlite_journal_test, carries_its_log_over_when_it_has_grown) {
  test::temporary_directory directory;
  auto path = directory.path("j");
  auto opened = open_sqlite_journal(path, {.checkpoint_pages = 10});
  ASSERT_TRUE(opened);
  for (uint64_t i = 1; i <= 200; ++i)
    ASSERT_TRUE((*opened)->commit(batch_of(i, {new_image(i)})));
  // A commit of one task takes a few pages.
  EXPECT_LT(std::filesystem::file_size(path + "-wal"), 50u * 4096);
}

TEST(sqlite_journal_test, makes_room_for_commits_that_can_be_read_again) {
  test::temporary_directory directory;
  auto path = directory.path("j");
  auto log = path + "-wal";
  auto opened = open_sqlite_journal(path);
  ASSERT_TRUE(opened);
  ASSERT_TRUE((*opened)->commit(batch_of(1, {new_image(1)})));
  auto before = std::filesystem::file_size(log);
  (*opened)->tidy_up();
  auto roomy = std::filesystem::file_size(log);
  EXPECT_GE(roomy, before + 512u * 1024);
  for (uint64_t i = 2; i <= 10; ++i) {
    ASSERT_TRUE((*opened)->commit(batch_of(i, {new_image(i)})));
    (*opened)->tidy_up();
    EXPECT_EQ(std::filesystem::file_size(log), roomy);
  }
  // As a process finds it that comes after one that was killed.
  auto copy = directory.path("copy");
  std::filesystem::copy_file(path, copy);
  std::filesystem::copy_file(log, copy + "-wal");
  auto again = open_sqlite_journal(copy);
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_EQ((*again)->sequence(), 10u);
  EXPECT_EQ((*again)->info()->unended, 10u);
}

TEST(sqlite_journal_test, makes_no_more_room_than_its_log_may_need) {
  test::temporary_directory directory;
  auto path = directory.path("j");
  auto opened = open_sqlite_journal(path, {.checkpoint_pages = 100});
  ASSERT_TRUE(opened);
  for (uint64_t i = 1; i <= 200; ++i) {
    ASSERT_TRUE((*opened)->commit(batch_of(i, {new_image(i)})));
    (*opened)->tidy_up();
  }
  EXPECT_LT(std::filesystem::file_size(path + "-wal"), 2u * 1024 * 1024);
}

TEST(sqlite_journal_test, writes_down_who_submitted_what) {
  sqlite_place place;
  auto mine = spec_of(2);
  mine.owner = "me";
  auto journal = place.open();
  ASSERT_TRUE(journal->commit(
    batch_of(1, {new_image(1), new_image(mine, 2), new_image(3)})));
  // One of those nobody owns, and one of mine.
  EXPECT_EQ(journal->info()->audit_entries, 2u);
  ASSERT_TRUE(journal->commit(batch_of(2, {started(new_image(1))})));
  EXPECT_EQ(journal->info()->audit_entries, 2u);
}

} // namespace troupe::storage
