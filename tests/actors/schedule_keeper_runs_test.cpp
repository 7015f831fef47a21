// What a schedule keeper does for one run, and goes on with.

#include "tests/actors/lone_schedule_keeper.hpp"

#include <optional>
#include <vector>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using core::ec;
using core::event_kind;
using messages::done;

class schedule_keeper_runs_test : public lone_schedule_keeper {};

} // namespace

TEST_F(schedule_keeper_runs_test, cancels_what_is_in_the_way) {
  auto spec = every_second();
  spec.overlap = core::overlap_policy::cancel_previous;
  add(spec);
  system_.advance(1s);
  auto task = only_task();
  system_.advance(1s);
  EXPECT_EQ(manager_.take_one<messages::cancel_task>().task, task);
  EXPECT_EQ(runs(), list{});
  end(task);
  EXPECT_EQ(runs(), list{"2"});
}

TEST_F(schedule_keeper_runs_test,
       gives_up_what_is_in_the_way_and_not_accepted) {
  auto spec = every_second();
  spec.overlap = core::overlap_policy::cancel_previous;
  add(spec);
  core::error full{ec::queue_full, "no room"};
  full.retry_after = 1h;
  refuse(full);
  system_.advance(1s);
  EXPECT_EQ(runs(), list{"1"});
  system_.advance(1s);
  EXPECT_EQ(runs(), list{"2"});
  EXPECT_TRUE(manager_.got<messages::cancel_task>().empty());
}

TEST_F(schedule_keeper_runs_test, tries_again_what_is_refused_for_now) {
  auto spec = every_second();
  spec.when = core::run_after{1s};
  add(spec);
  core::error open{ec::circuit_open, "the mail keeps failing"};
  open.retry_after = 5s;
  refuse(open);
  system_.advance(1s);
  auto task = only_task();
  EXPECT_EQ(told(), (std::vector{event_kind::schedule_added,
                                 event_kind::schedule_refused}));
  system_.advance(4990ms);
  EXPECT_EQ(runs(), list{});
  refuse({ec::queue_full, "nobody knows for how long"});
  system_.advance(10ms);
  EXPECT_EQ(only_task(), task) << "it is the same task";
  refuse({});
  system_.advance(2s);
  EXPECT_EQ(only_task(), task);
  EXPECT_EQ(told(), std::vector{event_kind::schedule_fired})
    << "a refusal is told once";
  system_.advance(1h, 1min);
  EXPECT_EQ(runs(), list{});
}

TEST_F(schedule_keeper_runs_test, a_run_that_is_refused_for_good_is_over) {
  add(every_second());
  refuse({ec::unknown_task, "it depends on nothing"});
  system_.advance(2s);
  EXPECT_EQ(runs(), (list{"1", "2"}));
  EXPECT_EQ(told(), (std::vector{event_kind::schedule_added,
                                 event_kind::schedule_refused,
                                 event_kind::schedule_refused}));
}

TEST_F(schedule_keeper_runs_test,
       leaves_to_the_next_process_what_comes_too_late) {
  add(every_second());
  refuse({ec::stopping, "Troupe is stopping"});
  system_.advance(1s);
  EXPECT_EQ(runs(), list{"1"});
  system_.advance(1h, 1min);
  EXPECT_EQ(runs(), list{});
  EXPECT_EQ(info().state.running->number, 1u);
}

TEST_F(schedule_keeper_runs_test, a_pause_counts_for_what_was_refused) {
  auto spec = every_second();
  spec.when = core::run_after{1s};
  add(spec);
  refuse({ec::queue_full, "no room"});
  system_.advance(1s);
  EXPECT_EQ(runs(), list{"1"});
  order(messages::pause_schedule{"tick"});
  system_.advance(1min);
  EXPECT_EQ(runs(), list{});
  order(messages::resume_schedule{"tick"});
  system_.advance(10ms);
  EXPECT_EQ(runs(), list{"1"});
}

TEST_F(schedule_keeper_runs_test, what_is_queued_begins_with_the_end) {
  auto spec = every_second();
  spec.overlap = core::overlap_policy::queue;
  add(spec);
  system_.advance(2s);
  auto task = only_task();
  end(task);
  EXPECT_EQ(runs(), list{"2"});
}

TEST_F(schedule_keeper_runs_test, leaves_out_what_comes_before_the_end) {
  add(every_second());
  system_.advance(1s);
  auto task = only_task();
  EXPECT_EQ(manager_.take_one<messages::await_tasks>().tasks,
            std::vector{task});
  told();
  system_.advance(2s);
  EXPECT_EQ(runs(), list{});
  EXPECT_EQ(told(), (std::vector{event_kind::schedule_skipped,
                                 event_kind::schedule_skipped}));
  end(task);
  system_.advance(1s);
  EXPECT_EQ(runs(), list{"2"});
}

// -- going on -----------------------------------------------------------------

TEST_F(schedule_keeper_runs_test, a_successor_waits_for_what_was_accepted) {
  add(every_second());
  system_.advance(1s);
  auto task = only_task();
  manager_.take<messages::await_tasks>();
  kill();
  EXPECT_EQ(manager_.take_one<messages::await_tasks>().tasks,
            std::vector{task});
  EXPECT_EQ(runs(), list{});
  end(task);
  system_.advance(1s);
  EXPECT_EQ(runs(), list{"2"});
}

TEST_F(schedule_keeper_runs_test, a_successor_submits_what_nobody_knows) {
  add(every_second());
  refuse({ec::queue_full, "no room"});
  system_.advance(1s);
  auto task = only_task();
  forget_tasks();
  refuse({});
  kill();
  EXPECT_EQ(only_task(), task);
}

TEST_F(schedule_keeper_runs_test, a_successor_hears_of_what_has_ended) {
  add(every_second());
  refuse({ec::queue_full, "no room"});
  system_.advance(1s);
  auto task = only_task();
  forget_tasks();
  manager_.answer_with(messages::task_found{{}, record_of(task)});
  kill();
  EXPECT_EQ(runs(), list{});
  EXPECT_EQ(info().state.running, std::nullopt);
}

TEST_F(schedule_keeper_runs_test,
       a_successor_does_not_repeat_what_was_forgotten) {
  add(every_second());
  system_.advance(1s);
  EXPECT_EQ(runs(), list{"1"});
  forget_tasks();
  kill();
  EXPECT_EQ(runs(), list{});
  EXPECT_EQ(info().state.running, std::nullopt);
}

TEST_F(schedule_keeper_runs_test, asks_again_when_the_journal_does_not_say) {
  add(every_second());
  refuse({ec::queue_full, "no room"});
  system_.advance(1s);
  auto task = only_task();
  manager_.answer_with(done{{ec::unknown_task, "never heard of it"}});
  manager_.answer_with(
    messages::task_found{{ec::journal_failed, "the disk is gone"}, {}});
  kill();
  // It was refused once, so it takes twice as long.
  system_.advance(1500ms);
  EXPECT_EQ(runs(), list{});
  forget_tasks();
  system_.advance(500ms);
  EXPECT_EQ(only_task(), task);
}

TEST_F(schedule_keeper_runs_test,
       a_successor_cancels_what_was_to_be_cancelled) {
  auto spec = every_second();
  spec.overlap = core::overlap_policy::cancel_previous;
  add(spec);
  system_.advance(2s);
  auto task = only_task();
  manager_.take<messages::cancel_task>();
  kill();
  EXPECT_EQ(manager_.take_one<messages::cancel_task>().task, task);
}

} // namespace troupe::test
