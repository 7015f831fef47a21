#include "storage/sqlite_error.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cerrno>

namespace troupe::storage {

namespace {

core::ec code_of(int code, int number = 0) {
  return sqlite_error(code, number, "text", "/j", "COMMIT").code;
}

} // namespace

TEST(sqlite_error_test, says_what_kind_of_trouble_it_is) {
  using enum core::ec;
  EXPECT_EQ(code_of(SQLITE_FULL), journal_full);
  EXPECT_EQ(code_of(SQLITE_IOERR_WRITE, ENOSPC), journal_full);
  EXPECT_EQ(code_of(SQLITE_IOERR_WRITE, EDQUOT), journal_full);
  EXPECT_EQ(code_of(SQLITE_IOERR_WRITE, EIO), journal_failed);
  EXPECT_EQ(code_of(SQLITE_READONLY), journal_failed);
  EXPECT_EQ(code_of(SQLITE_CANTOPEN, ENOENT), journal_failed);
  EXPECT_EQ(code_of(SQLITE_NOTADB), journal_failed);
  EXPECT_EQ(code_of(SQLITE_CORRUPT_INDEX), journal_corrupt);
  EXPECT_EQ(code_of(SQLITE_CONSTRAINT_PRIMARYKEY), journal_corrupt);
}

TEST(sqlite_error_test, names_file_deed_reason_and_remedy) {
  auto why = sqlite_error(SQLITE_IOERR_FSYNC, EIO, "disk I/O error", "/j",
                          "COMMIT");
  EXPECT_EQ(why.message,
            "/j: COMMIT failed: disk I/O error: Input/output error (SQLite "
            "1034); the disk failed: look at the system's log, and do not "
            "write to the file by other means");
}

} // namespace troupe::storage
