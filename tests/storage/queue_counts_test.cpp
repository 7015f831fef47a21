#include "storage/queue_counts.hpp"

#include "storage/sqlite_schema.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace troupe::storage {

namespace {

class queue_counts_test : public testing::Test {
protected:
  queue_counts_test() {
    auto opened = sqlite_database::open(directory.path("d"),
                                        sqlite_database::mode::create);
    EXPECT_TRUE(opened);
    database = std::move(*opened);
    EXPECT_TRUE(create_schema(database, core::never));
    EXPECT_TRUE(queues.open(database));
  }

  test::temporary_directory directory;
  sqlite_database database;
  queue_counts queues;
};

} // namespace

TEST_F(queue_counts_test, keeps_what_was_written_and_accepted) {
  queues.change("a").counts.unended = 3;
  ++queues.change("b").counts.of(core::task_status::failed);
  queues.change("a").counts.unended += 1;
  ASSERT_TRUE(queues.write());
  queues.accept();
  ASSERT_TRUE(queues.load());
  EXPECT_EQ(queues.find("a")->counts, (task_counts{.unended = 4}));
  EXPECT_EQ(queues.find("b")->counts, (task_counts{.failed = 1}));
  EXPECT_EQ(queues.total(), (task_counts{.unended = 4, .failed = 1}));
  EXPECT_EQ(queues.find(queues.find("b")->number)->name, "b");
  EXPECT_EQ(queues.find("c"), nullptr);
}

TEST_F(queue_counts_test, takes_back_what_was_not_committed) {
  queues.change("a").counts.unended = 3;
  ASSERT_TRUE(queues.write());
  queues.accept();
  queues.change("a").counts.unended = 7;
  queues.change("b").counts.unended = 1;
  queues.take_back();
  EXPECT_EQ(queues.find("a")->counts.unended, 3);
  EXPECT_EQ(queues.find("b"), nullptr);
  EXPECT_EQ(queues.change("b").counts, task_counts{});
}

TEST_F(queue_counts_test, every_status_counts_in_one_place) {
  task_counts x;
  for (size_t i = 0; i < core::task_status_count; ++i)
    ++x.of(static_cast<core::task_status>(i));
  EXPECT_EQ(x, (task_counts{4, 1, 1, 1, 0}));
  EXPECT_EQ(x.ended(), 3);
}

} // namespace troupe::storage
