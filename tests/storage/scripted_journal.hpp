#pragma once

#include "storage/sqlite.hpp"
#include "storage/sqlite_journal.hpp"
#include "tests/storage/journal_check.hpp"
#include "tests/storage/scripted_batches.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace troupe::storage {

/// A journal in a file, with batches of a script in it.
class scripted_journal : public testing::Test {
protected:
  scripted_journal() {
    auto journal = opened(path);
    if (!journal)
      return;
    for (uint64_t i = 1; i <= 6; ++i) {
      EXPECT_TRUE(journal->commit(script.next()));
      script.go_to(i);
    }
  }

  static std::unique_ptr<journal> opened(const std::string& at) {
    auto result = open_sqlite_journal(at, {.blob_bytes_min = 2000});
    EXPECT_TRUE(result) << to_string(result.error());
    return result ? std::move(*result) : nullptr;
  }

  /// Does what only an enemy of the journal does.
  void change(const std::string& sql) const {
    auto database = sqlite_database::open(path, sqlite_database::mode::write);
    ASSERT_TRUE(database);
    auto done = database->execute(sql);
    ASSERT_TRUE(done) << to_string(done.error());
  }

  test::temporary_directory directory;
  std::string path = directory.path("journal");
  scripted_batches script;
};

} // namespace troupe::storage
