#include "storage/sqlite_migrations.hpp"

#include "storage/sqlite_schema.hpp"
#include "tests/storage/scripted_journal.hpp"

#include <fstream>
#include <sstream>

namespace troupe::storage {

namespace {

class sqlite_migrations_test : public scripted_journal {
protected:
  sqlite_migrations_test() {
    auto opened = sqlite_database::open(path, sqlite_database::mode::write);
    EXPECT_TRUE(opened);
    database = std::move(*opened);
    // As if the steps were all there are.
    EXPECT_TRUE(database.execute("PRAGMA user_version = 1"));
  }

  int64_t version() const {
    return database.number("PRAGMA user_version").value_or(-1);
  }

  sqlite_database database;
};

constexpr schema_migration steps[] = {
  {2, "CREATE TABLE second (a INTEGER); INSERT INTO second VALUES (2)"},
  {3, "UPDATE second SET a = 3"},
};

} // namespace

TEST_F(sqlite_migrations_test, takes_the_steps_that_lead_on) {
  ASSERT_TRUE(migrate(database, steps));
  EXPECT_EQ(version(), 3);
  EXPECT_EQ(database.number("SELECT a FROM second"), 3);
  ASSERT_TRUE(migrate(database, steps));
  EXPECT_EQ(database.number("SELECT a FROM second"), 3);
}

TEST_F(sqlite_migrations_test, begins_where_the_journal_is) {
  ASSERT_TRUE(database.execute("CREATE TABLE second (a INTEGER); "
                               "PRAGMA user_version = 2"));
  ASSERT_TRUE(migrate(database, steps));
  EXPECT_EQ(version(), 3);
}

TEST_F(sqlite_migrations_test, a_step_that_fails_leaves_nothing) {
  schema_migration wrong[] = {
    steps[0],
    {3, "UPDATE second SET a = 3; UPDATE third SET a = 4"},
  };
  auto done = migrate(database, wrong);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message.find(
              "the journal has format 2 and cannot be brought "
              "to format 3: "),
            0u);
  EXPECT_EQ(version(), 2);
  EXPECT_EQ(database.number("SELECT a FROM second"), 2);
}

TEST_F(sqlite_migrations_test, every_version_can_be_brought_to_this_one) {
  EXPECT_EQ(schema_migrations().size(),
            static_cast<size_t>(journal_schema_version - 1));
  for (int64_t i = 1; i <= journal_schema_version; ++i) {
    SCOPED_TRACE("version " + std::to_string(i));
    auto name = std::string{STORAGE_FIXTURES} + "/journal_" + std::to_string(i)
                + ".sql";
    std::ifstream file{name};
    ASSERT_TRUE(file) << name;
    std::ostringstream sql;
    sql << file.rdbuf();
    auto old = directory.path("old" + std::to_string(i));
    {
      auto made = sqlite_database::open(old, sqlite_database::mode::create);
      ASSERT_TRUE(made);
      auto done = made->execute(sql.str());
      ASSERT_TRUE(done) << to_string(done.error());
    }
    auto journal = opened(old);
    ASSERT_TRUE(journal);
    // The fixtures have the batches of the script in them.
    scripted_batches written{i > 1};
    written.go_to(6);
    expect_same_content(*journal, written.expected());
  }
}

} // namespace troupe::storage
