#include "storage/sqlite.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace troupe::storage {

namespace {

class sqlite_test : public testing::Test {
protected:
  sqlite_test() {
    auto opened = sqlite_database::open(directory.path("d"),
                                        sqlite_database::mode::create);
    EXPECT_TRUE(opened);
    database = std::move(*opened);
    EXPECT_TRUE(database.execute(
      "CREATE TABLE u (a INTEGER PRIMARY KEY, b TEXT, c BLOB) STRICT"));
  }

  sqlite_statement prepared(std::string_view sql) const {
    auto statement = database.prepare(sql);
    EXPECT_TRUE(statement) << to_string(statement.error());
    return std::move(*statement);
  }

  test::temporary_directory directory;
  sqlite_database database;
};

} // namespace

TEST_F(sqlite_test, reads_what_was_bound) {
  auto insert = prepared("INSERT INTO u VALUES (?, ?, ?)");
  insert.bind(1, INT64_MIN);
  insert.bind_text(2, std::string_view{});
  insert.bind(3, core::task_id{1, 2});
  ASSERT_TRUE(insert.run());
  EXPECT_EQ(database.changes(), 1u);
  insert.bind(1, 7);
  insert.bind_text_or_null(2, "");
  insert.bind_blob(3, "x");
  ASSERT_TRUE(insert.run());
  auto select = prepared("SELECT * FROM u ORDER BY a");
  ASSERT_EQ(select.step(), true);
  EXPECT_EQ(select.integer(0), INT64_MIN);
  EXPECT_FALSE(select.is_null(1));
  EXPECT_EQ(select.text(1), "");
  EXPECT_EQ(select.id(2), (core::task_id{1, 2}));
  ASSERT_EQ(select.step(), true);
  EXPECT_TRUE(select.is_null(1));
  EXPECT_EQ(select.text(2), "x");
  EXPECT_TRUE(select.id(2).is_nil());
  EXPECT_EQ(select.step(), false);
}

TEST_F(sqlite_test, ids_sort_as_their_bytes_do) {
  EXPECT_LT(id_bytes({1, UINT64_MAX}), id_bytes({2, 0}));
  EXPECT_LT(id_bytes({0, 255}), id_bytes({0, 256}));
}

TEST_F(sqlite_test, goes_through_rows_until_it_is_told_to_stop) {
  ASSERT_TRUE(database.execute("INSERT INTO u (a) VALUES (1), (2), (3)"));
  auto select = prepared("SELECT a FROM u");
  int64_t sum = 0;
  for (auto i = 0; i < 2; ++i) {
    auto done = select.for_each([&]() -> core::result<void> {
      sum += select.integer(0);
      if (select.integer(0) == 2)
        return core::fail(core::ec::cancelled, "enough");
      return {};
    });
    EXPECT_FALSE(done);
  }
  EXPECT_EQ(sum, 6);
  EXPECT_EQ(database.number("SELECT max(a) FROM u"), 3);
}

TEST_F(sqlite_test, says_what_failed_and_can_be_used_again) {
  auto insert = prepared("INSERT INTO u (a) VALUES (?)");
  insert.bind(1, 1);
  ASSERT_TRUE(insert.run());
  auto again = insert.run();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, core::ec::journal_corrupt);
  EXPECT_NE(
    again.error().message.find(directory.path("d") + ": INSERT INTO u "),
    std::string::npos)
    << again.error().message;
  insert.bind(1, 2);
  EXPECT_TRUE(insert.run());
  EXPECT_FALSE(database.prepare("SELECT nothing FROM nowhere"));
  EXPECT_FALSE(database.execute("nonsense"));
}

TEST_F(sqlite_test, rolls_back_to_before_the_transaction) {
  database.roll_back();
  ASSERT_TRUE(database.execute("BEGIN; INSERT INTO u (a) VALUES (1)"));
  database.roll_back();
  EXPECT_EQ(database.number("SELECT count(*) FROM u"), 0);
}

TEST_F(sqlite_test, opens_nothing_that_is_not_there_unless_it_may_make_it) {
  auto none = sqlite_database::open(directory.path("none"),
                                    sqlite_database::mode::write);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, core::ec::journal_failed);
}

} // namespace troupe::storage
