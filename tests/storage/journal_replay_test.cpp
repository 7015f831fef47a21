#include "storage/journal_replay.hpp"

#include "core/task_registry.hpp"
#include "storage/memory_journal.hpp"
#include "tests/storage/images.hpp"

#include <gtest/gtest.h>

#include <string>

namespace troupe::storage {

namespace {

class journal_replay_test : public testing::Test {
protected:
  void commit(std::vector<core::task_image> tasks) {
    core::journal_batch batch;
    batch.sequence = journal.sequence() + 1;
    for (auto& x : tasks)
      x.is_new = true;
    batch.tasks = std::move(tasks);
    ASSERT_TRUE(journal.commit(batch));
  }

  core::task_image dead_with(core::task_spec spec, uint64_t number) {
    return dead(new_image(std::move(spec), number));
  }

  core::result<std::vector<replayed_task>>
  replay(std::vector<core::task_id> tasks) {
    return replay_tasks(journal, tasks, ids, at(2000), "alice");
  }

  /// Why the task cannot be replayed.
  core::error refusal(uint64_t number) {
    auto sequence = journal.sequence();
    auto done = replay({id_of(number)});
    EXPECT_FALSE(done);
    EXPECT_EQ(journal.sequence(), sequence);
    return done ? core::error{} : done.error();
  }

  memory_journal journal;
  core::task_id_generator ids{1};
};

} // namespace

TEST_F(journal_replay_test, submits_a_new_task_that_the_next_process_begins) {
  commit({completed(new_image(1)), dead(new_image(2))});
  auto done = replay({id_of(2), id_of(2)});
  ASSERT_TRUE(done) << to_string(done.error());
  ASSERT_EQ(done->size(), 1u);
  auto old = journal.find(id_of(2)).value();
  EXPECT_FALSE(old->is_dead_letter);
  EXPECT_EQ(old->history.back().kind, core::history_kind::replayed);
  EXPECT_EQ(old->history.back().detail, to_string(done->front().as));
  core::task_registry registry;
  registry.add_queue({.name = "default"});
  registry.keep_images(journal.last_number());
  ASSERT_TRUE(journal.load({[&](core::task_image&& image) {
                              ASSERT_TRUE(registry.restore(std::move(image)));
                            },
                            {}}));
  ASSERT_TRUE(registry.restored(at(3000)));
  auto& enqueued = registry.actions().queues.at(0).enqueue;
  ASSERT_EQ(enqueued.size(), 1u);
  EXPECT_EQ(enqueued[0].spec->id, done->front().as);
  EXPECT_EQ(*enqueued[0].spec->replay_of, id_of(2));
  EXPECT_EQ(enqueued[0].spec->name, "task 2");
}

TEST_F(journal_replay_test, says_who_did_it) {
  commit({dead(new_image(1))});
  ASSERT_TRUE(replay({id_of(1)}));
  auto found = journal.list_audit({.by = "alice", .action = "replay"});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->entries.size(), 1u);
  EXPECT_EQ(found->entries[0].entry.task, id_of(1));
}

TEST_F(journal_replay_test, a_failed_task_need_not_be_a_dead_letter) {
  auto dropped = dead(new_image(1));
  dropped.is_dead_letter = false;
  commit({dropped});
  EXPECT_TRUE(replay({id_of(1)}));
}

TEST_F(journal_replay_test, refuses_what_has_not_failed_or_is_done_again) {
  commit({completed(new_image(1)), new_image(2), dead(new_image(3))});
  EXPECT_EQ(refusal(1).code, core::ec::wrong_status);
  EXPECT_EQ(refusal(2).message, "task 'task 2' (" + to_string(id_of(2))
                                  + ") has not failed, it is pending");
  EXPECT_EQ(refusal(9).code, core::ec::unknown_task);
  auto done = replay({id_of(3)});
  ASSERT_TRUE(done);
  EXPECT_EQ(refusal(3).message, "task 'task 3' (" + to_string(id_of(3))
                                  + ") was replayed before, as "
                                  + to_string(done->front().as));
}

TEST_F(journal_replay_test, all_or_none) {
  commit({dead(new_image(1)), completed(new_image(2))});
  EXPECT_FALSE(replay({id_of(1), id_of(2)}));
  EXPECT_TRUE(journal.find(id_of(1)).value()->is_dead_letter);
}

TEST_F(journal_replay_test, needs_what_the_task_depends_on) {
  auto spec = spec_of(2);
  spec.dependencies = {{id_of(1)}};
  commit({dead_with(spec, 2)});
  EXPECT_EQ(refusal(2).code, core::ec::invalid_argument);
  commit({completed(new_image(1))});
  EXPECT_TRUE(replay({id_of(2)}));
}

TEST_F(journal_replay_test, keeps_unique_what_is) {
  auto keyed = [](uint64_t number) {
    auto spec = spec_of(number);
    spec.keys = core::submission_keys{.submission = std::to_string(number),
                                      .unique = "report"};
    return spec;
  };
  commit({dead_with(keyed(1), 1), dead_with(keyed(2), 2)});
  auto both = replay({id_of(1), id_of(2)});
  ASSERT_FALSE(both);
  EXPECT_EQ(both.error().code, core::ec::key_conflict);
  auto done = replay({id_of(1)});
  ASSERT_TRUE(done);
  auto made = journal.find(done->front().as).value();
  EXPECT_EQ(made->spec->keys->submission, "");
  EXPECT_EQ(made->spec->keys->unique, "report");
  EXPECT_EQ(refusal(2).code, core::ec::key_conflict);
}

TEST_F(journal_replay_test, lists_dead_letters_that_match) {
  auto spec = spec_of(2, "slow");
  auto dropped = dead(new_image(3));
  dropped.is_dead_letter = false;
  commit({dead(new_image(1)), dead_with(spec, 2), dropped});
  using list = std::vector<core::task_id>;
  EXPECT_EQ(list_dead_letters(journal, {}), (list{id_of(1), id_of(2)}));
  EXPECT_EQ(list_dead_letters(journal, {.queue = "slow"}), list{id_of(2)});
  EXPECT_EQ(list_dead_letters(journal, {.code = core::ec::timeout}), list{});
}

} // namespace troupe::storage
