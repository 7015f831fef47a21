#include "actors/journal_recovery.hpp"

#include "core/async.hpp"
#include "storage/memory_journal.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace troupe::actors {

namespace {

core::task_image image(uint64_t number, std::vector<core::dependency> needs) {
  core::task_spec spec;
  spec.id = {1, number};
  spec.name = "x";
  spec.dependencies = std::move(needs);
  core::task_image result;
  result.number = number;
  result.is_new = true;
  result.spec = std::make_shared<const core::task_spec>(std::move(spec));
  return result;
}

} // namespace

TEST(journal_recovery_test, takes_over_tasks_and_documents) {
  storage::memory_journal journal;
  core::journal_batch batch;
  batch.sequence = 1;
  batch.tasks.push_back(image(4, {}));
  auto something = core::payload(core::json("something"));
  batch.documents = {{"queue", "q", something},
                     {"circuit", "c", something},
                     {"schedule", "s", something},
                     {"of a newer version", "x", something}};
  ASSERT_TRUE(journal.commit(batch));
  core::task_registry registry;
  auto rest = recover(journal, registry, core::time_point{});
  EXPECT_EQ(registry.stats().unended(), 1u);
  EXPECT_EQ(rest.paused_queues, std::set<std::string>{"q"});
  EXPECT_EQ(rest.circuits.at("c"), something);
  EXPECT_EQ(rest.schedules.at("s"), something);
}

TEST(journal_recovery_test, throws_if_it_makes_no_sense) {
  storage::memory_journal journal;
  core::journal_batch batch;
  batch.sequence = 1;
  batch.tasks.push_back(image(1, {{{1, 99}}}));
  ASSERT_TRUE(journal.commit(batch));
  core::task_registry registry;
  try {
    recover(journal, registry, core::time_point{});
    FAIL() << "a task depends on nothing";
  } catch (const core::failure& x) {
    EXPECT_EQ(x.reason().code, core::ec::journal_corrupt);
  }
}

} // namespace troupe::actors
