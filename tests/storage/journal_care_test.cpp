#include "storage/journal_care.hpp"

#include "tests/storage/scripted_journal.hpp"

#include <filesystem>

namespace troupe::storage {

namespace {

class journal_care_test : public scripted_journal {};

} // namespace

TEST_F(journal_care_test, a_backup_is_as_the_journal_was_while_it_is_in_use) {
  auto writer = opened(path);
  auto to = directory.path("backup");
  auto done = backup_journal(path, to);
  ASSERT_TRUE(done) << to_string(done.error());
  ASSERT_TRUE(writer->commit(script.next()));
  EXPECT_FALSE(std::filesystem::exists(to + "-wal"));
  expect_same_content(*opened(to), script.expected());
}

TEST_F(journal_care_test, a_backup_takes_the_place_of_nothing) {
  auto to = directory.add("backup", "precious");
  auto done = backup_journal(path, to);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, core::ec::journal_failed);
  EXPECT_EQ(directory.read("backup"), "precious");
  EXPECT_FALSE(backup_journal(directory.path("none"), directory.path("b")));
  EXPECT_FALSE(std::filesystem::exists(directory.path("b")));
}

TEST_F(journal_care_test, vacuum_gives_back_what_was_forgotten) {
  {
    auto journal = opened(path);
    core::journal_batch batch;
    batch.sequence = journal->sequence() + 1;
    batch.tasks = {completed(new_image(1000))};
    batch.tasks[0].is_new = true;
    batch.tasks[0].result
      = core::payload(core::json(std::string(500'000, 'x')));
    ASSERT_TRUE(journal->commit(batch));
    ASSERT_EQ(journal->forget({.count_max = 0}).value_or(0), 11u);
    auto refused = vacuum_journal(path);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, core::ec::journal_in_use);
  }
  auto before = std::filesystem::file_size(path);
  auto done = vacuum_journal(path);
  ASSERT_TRUE(done) << to_string(done.error());
  EXPECT_LT(std::filesystem::file_size(path) + 400'000, before);
  EXPECT_EQ(opened(path)->sequence(), 7u);
}

} // namespace troupe::storage
