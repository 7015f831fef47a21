#include "actors/journal_intake.hpp"

#include "storage/memory_journal.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace troupe::actors {

namespace {

std::vector<core::task_image> images(uint64_t number, bool is_new = true) {
  core::task_spec spec;
  spec.id = {1, number};
  spec.name = "x";
  core::task_image image;
  image.number = number;
  image.is_new = is_new;
  image.spec = std::make_shared<const core::task_spec>(std::move(spec));
  std::vector<core::task_image> all;
  all.push_back(std::move(image));
  return all;
}

class journal_intake_test : public ::testing::Test {
protected:
  std::shared_ptr<storage::memory_journal> journal_
    = std::make_shared<storage::memory_journal>();
  journal_intake intake_{journal_};
};

} // namespace

TEST_F(journal_intake_test, what_gathers_goes_into_one_batch) {
  EXPECT_EQ(intake_.add(images(1), true).batch, 1u);
  EXPECT_EQ(intake_.add(images(2), true).batch, 1u);
  EXPECT_EQ(intake_.waiting(), 2u);
  EXPECT_EQ(intake_.commit(), core::result<bool>{false});
  EXPECT_EQ(intake_.committed(), 1u);
  EXPECT_EQ(intake_.waiting(), 0u);
  EXPECT_EQ(journal_->sequence(), 1u);
  EXPECT_EQ(journal_->content().tasks.size(), 2u);
  EXPECT_EQ(intake_.add(images(3), true).batch, 2u);
}

TEST_F(journal_intake_test, tells_once_and_again_when_it_becomes_urgent) {
  EXPECT_TRUE(intake_.add(images(1), false).is_news);
  EXPECT_FALSE(intake_.add(images(2), false).is_news);
  EXPECT_TRUE(intake_.add(images(3), true).is_news);
  EXPECT_FALSE(intake_.add(images(4), true).is_news);
  EXPECT_FALSE(intake_.add(images(5), false).is_news);
  ASSERT_TRUE(intake_.commit());
  EXPECT_TRUE(intake_.add(images(6), false).is_news);
}

TEST_F(journal_intake_test, keeps_what_could_not_be_written) {
  intake_.add(images(1), true);
  core::error full{core::ec::journal_full, "no room"};
  journal_->fail_commits(1, full);
  auto failed = intake_.commit();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error(), full);
  EXPECT_EQ(intake_.committed(), 0u);
  // It comes after what is being written.
  EXPECT_EQ(intake_.add(images(2), true).batch, 2u);
  EXPECT_EQ(intake_.waiting(), 2u);
  EXPECT_EQ(intake_.commit(), core::result<bool>{true});
  EXPECT_EQ(journal_->content().tasks.size(), 1u);
  EXPECT_EQ(intake_.commit(), core::result<bool>{false});
  EXPECT_EQ(journal_->content().tasks.size(), 2u);
}

TEST_F(journal_intake_test, goes_on_after_the_last_batch_of_a_journal) {
  intake_.add(images(1), true);
  ASSERT_TRUE(intake_.commit());
  journal_intake next{journal_};
  EXPECT_EQ(next.committed(), 1u);
  EXPECT_EQ(next.add({"queue", "q", core::payload(core::json(1))}).batch, 2u);
  ASSERT_TRUE(next.commit());
  EXPECT_EQ(journal_->content().documents.size(), 1u);
}

} // namespace troupe::actors
