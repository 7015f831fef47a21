#include "actors/schedule_keeper.hpp"

#include "core/schedule_document.hpp"
#include "core/scheduled_task.hpp"
#include "tests/actors/lone_schedule_keeper.hpp"

#include <optional>
#include <vector>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using core::ec;
using core::event_kind;

class schedule_keeper_test : public lone_schedule_keeper {};

} // namespace

TEST_F(schedule_keeper_test, submits_what_is_due_when_it_is_due) {
  auto added = system_.now();
  add(every_second());
  system_.advance(990ms);
  EXPECT_EQ(runs(), list{});
  system_.advance(10ms);
  auto all = submitted();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all.front()->name, "work on tick");
  EXPECT_EQ(all.front()->id, core::id_of_run("tick", added, {1, added + 1s}));
  EXPECT_EQ(info().task, all.front()->id);
  EXPECT_EQ(told(), (std::vector{event_kind::schedule_added,
                                 event_kind::schedule_fired}));
}

TEST_F(schedule_keeper_test, does_not_drift) {
  auto added = system_.now();
  add(every_second());
  for (int i = 1; i <= 50; ++i) {
    system_.advance(1s, 7ms);
    auto all = submitted();
    ASSERT_EQ(all.size(), 1u) << i;
    EXPECT_EQ(all.front()->metadata.at("schedule_time"),
              core::to_string(added + i * 1s));
    end(all.front()->id);
  }
}

TEST_F(schedule_keeper_test, hands_out_nothing_before_it_is_told) {
  memory_->has_begun = false;
  kill();
  add(every_second());
  system_.advance(3s);
  EXPECT_EQ(runs(), list{});
  EXPECT_EQ(order(messages::begin_schedules{}), core::error{});
  system_.advance(10ms);
  EXPECT_EQ(runs(), list{"1"});
}

TEST_F(schedule_keeper_test, hands_out_nothing_when_all_ends) {
  add(every_second());
  order(messages::stop_schedules{});
  system_.advance(3s);
  EXPECT_EQ(runs(), list{});
  EXPECT_EQ(info().state.runs, 0u) << "it is for the next process";
}

TEST_F(schedule_keeper_test, does_nothing_for_what_is_paused) {
  add(every_second());
  EXPECT_EQ(order(messages::pause_schedule{"tick"}), core::error{});
  EXPECT_EQ(order(messages::pause_schedule{"tick"}), core::error{});
  system_.advance(5s);
  EXPECT_EQ(runs(), list{});
  EXPECT_TRUE(info().state.is_paused);
  EXPECT_EQ(info().next.size(), 2u);
  EXPECT_EQ(order(messages::resume_schedule{"tick"}), core::error{});
  system_.settle();
  system_.advance(10ms);
  EXPECT_EQ(runs(), list{"1"}) << "one makes up for all";
  EXPECT_EQ(told(), (std::vector{
                      event_kind::schedule_added, event_kind::schedule_paused,
                      event_kind::schedule_resumed, event_kind::schedule_missed,
                      event_kind::schedule_fired}));
}

TEST_F(schedule_keeper_test, the_very_same_may_be_added_again) {
  add(every_second());
  system_.advance(1s);
  add(every_second());
  EXPECT_EQ(info().state.runs, 1u);
  auto other = every_second();
  other.jitter = 1ms;
  auto why = order(messages::add_schedule{other});
  EXPECT_EQ(why.code, ec::duplicate);
  EXPECT_EQ(why.message, "there is a schedule 'tick' already, and it says "
                         "something else; remove it first");
}

TEST_F(schedule_keeper_test, names_what_was_meant) {
  add(every_second());
  auto why = order(messages::remove_schedule{"tock"});
  EXPECT_EQ(why.code, ec::invalid_argument);
  EXPECT_EQ(why.message, "there is no schedule 'tock' (did you mean 'tick'?)");
  EXPECT_EQ(order(messages::pause_schedule{"tock"}), why);
  EXPECT_EQ(order(messages::resume_schedule{"tock"}), why);
  EXPECT_EQ(system_
              .ask<messages::schedule_found>(keeper_,
                                             messages::get_schedule{"tock", 1})
              .failure,
            why);
}

TEST_F(schedule_keeper_test, what_is_removed_begins_nothing_more) {
  add(every_second());
  system_.advance(1s);
  auto task = only_task();
  EXPECT_EQ(order(messages::remove_schedule{"tick"}), core::error{});
  system_.advance(5s);
  end(task);
  EXPECT_EQ(runs(), list{});
  // Its successor is another one.
  add(every_second());
  system_.advance(1s);
  EXPECT_NE(only_task(), task);
}

// -- documents ----------------------------------------------------------------

TEST_F(schedule_keeper_test, writes_nothing_without_a_journal) {
  add(every_second());
  system_.advance(1s);
  EXPECT_TRUE(kept().empty());
}

TEST_F(schedule_keeper_test, writes_what_has_changed) {
  memory_->is_durable = true;
  add(every_second());
  auto documents = kept();
  ASSERT_EQ(documents.size(), 1u);
  EXPECT_EQ(documents.front().kind, "schedule");
  EXPECT_EQ(documents.front().name, "tick");
  system_.advance(1s);
  documents = kept();
  ASSERT_EQ(documents.size(), 1u);
  auto read = core::read_schedule_document(*documents.front().value);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->state, info().state);
  EXPECT_EQ(read->state.running->number, 1u);
  EXPECT_EQ(read->seed, 7u);
  end(only_task());
  read = core::read_schedule_document(*kept().back().value);
  EXPECT_EQ(read->state.running, std::nullopt);
  order(messages::remove_schedule{"tick"});
  EXPECT_EQ(kept().back().value, std::nullopt);
}

TEST_F(schedule_keeper_test, a_successor_writes_what_may_have_been_lost) {
  memory_->is_durable = true;
  add(every_second("gone"));
  order(messages::remove_schedule{"gone"});
  add(every_second());
  kept();
  kill();
  auto documents = kept();
  ASSERT_EQ(documents.size(), 2u);
  EXPECT_EQ(documents.at(0).name, "gone");
  EXPECT_EQ(documents.at(0).value, std::nullopt);
  EXPECT_EQ(documents.at(1).name, "tick");
  EXPECT_NE(documents.at(1).value, std::nullopt);
}

} // namespace troupe::test
