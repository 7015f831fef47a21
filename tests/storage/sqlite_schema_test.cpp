#include "storage/sqlite_schema.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace troupe::storage {

namespace {

class sqlite_schema_test : public testing::Test {
protected:
  sqlite_schema_test() {
    auto opened = sqlite_database::open(directory.path("d"),
                                        sqlite_database::mode::create);
    EXPECT_TRUE(opened);
    database = std::move(*opened);
  }

  core::ec problem() {
    auto found = examine_schema(database);
    return found ? core::ec::none : found.error().code;
  }

  test::temporary_directory directory;
  sqlite_database database;
};

} // namespace

TEST_F(sqlite_schema_test, an_empty_file_becomes_a_journal) {
  EXPECT_EQ(examine_schema(database), journal_state::empty);
  ASSERT_TRUE(create_schema(database, core::never));
  EXPECT_EQ(examine_schema(database), journal_state::journal);
  EXPECT_EQ(database.number("PRAGMA user_version"), journal_schema_version);
  EXPECT_EQ(database.number("SELECT count(*) FROM state"), 1);
}

TEST_F(sqlite_schema_test, what_is_there_is_not_made_again) {
  ASSERT_TRUE(create_schema(database, core::never));
  EXPECT_FALSE(create_schema(database, core::never));
  EXPECT_EQ(examine_schema(database), journal_state::journal);
}

TEST_F(sqlite_schema_test, refuses_what_another_program_wrote) {
  ASSERT_TRUE(database.execute("CREATE TABLE accounts (a)"));
  EXPECT_EQ(problem(), core::ec::journal_failed);
  EXPECT_EQ(database.number("SELECT count(*) FROM accounts"), 0);
}

TEST_F(sqlite_schema_test, refuses_what_a_newer_version_wrote) {
  ASSERT_TRUE(create_schema(database, core::never));
  ASSERT_TRUE(database.execute("PRAGMA user_version = 99"));
  EXPECT_EQ(problem(), core::ec::journal_too_new);
}

TEST_F(sqlite_schema_test, refuses_a_journal_without_its_tables) {
  ASSERT_TRUE(create_schema(database, core::never));
  ASSERT_TRUE(database.execute("DROP TABLE blob"));
  EXPECT_EQ(problem(), core::ec::journal_corrupt);
}

} // namespace troupe::storage
