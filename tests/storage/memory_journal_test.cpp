#include "storage/memory_journal.hpp"

#include "tests/storage/journal_conformance.hpp"

namespace troupe::storage {

namespace {

struct memory_place {
  std::shared_ptr<memory_content> content = std::make_shared<memory_content>();

  std::unique_ptr<journal> open() const {
    return std::make_unique<memory_journal>(content);
  }
};

core::journal_batch batch_of_all() {
  core::journal_batch batch;
  batch.sequence = 1;
  batch.tasks = {new_image(1), new_image(2)};
  batch.documents = {{"queue", "q", core::payload(core::json(1))}};
  batch.audit = {{at(1), "me", "pause", id_of(1), ""}};
  return batch;
}

} // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(memory, journal_conformance, memory_place);

TEST(memory_journal_test, fails_so_many_commits_as_it_is_told) {
  memory_journal journal;
  journal.fail_commits(2, {core::ec::journal_full, "no room"});
  auto batch = batch_of_all();
  for (auto i = 0; i < 2; ++i) {
    auto done = journal.commit(batch);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, core::ec::journal_full);
    EXPECT_TRUE(journal.content().tasks.empty());
  }
  ASSERT_TRUE(journal.commit(batch));
  EXPECT_EQ(journal.content().tasks.size(), 2u);
}

TEST(memory_journal_test, fails_at_any_part_and_leaves_nothing) {
  auto batch = batch_of_all();
  for (uint64_t part = 0; part < 5; ++part) {
    memory_journal journal;
    journal.fail_at(part, {core::ec::journal_failed, "no"});
    ASSERT_FALSE(journal.commit(batch)) << part;
    auto& content = journal.content();
    EXPECT_EQ(content.sequence, 0u);
    EXPECT_EQ(content.last_number, 0u);
    EXPECT_TRUE(content.tasks.empty());
    EXPECT_TRUE(content.numbers.empty());
    EXPECT_TRUE(content.documents.empty());
    EXPECT_TRUE(content.audit.empty());
    EXPECT_TRUE(journal.commit(batch)) << part;
  }
}

TEST(memory_journal_test, waits_for_a_batch_that_has_the_part) {
  memory_journal journal;
  journal.fail_at(5, {core::ec::journal_failed, "no"});
  EXPECT_TRUE(journal.commit(batch_of_all()));
  auto larger = batch_of_all();
  larger.sequence = 2;
  larger.tasks = {new_image(3), new_image(4), new_image(5)};
  EXPECT_FALSE(journal.commit(larger));
}

TEST(memory_journal_test, hands_out_what_was_committed_so_far) {
  memory_journal journal;
  ASSERT_TRUE(journal.commit(batch_of_all()));
  auto then = std::make_shared<memory_content>(journal.content());
  core::journal_batch next;
  next.sequence = 2;
  next.tasks = {completed(new_image(1)), new_image(3)};
  ASSERT_TRUE(journal.commit(next));
  memory_journal restarted{then};
  EXPECT_EQ(restarted.sequence(), 1u);
  EXPECT_EQ(restarted.last_number(), 2u);
  EXPECT_FALSE(restarted.find(id_of(1)).value()->has_ended());
}

} // namespace troupe::storage
