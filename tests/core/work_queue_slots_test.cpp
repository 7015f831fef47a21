// What work_queue does with the slots it is lent: which one a task gets, what
// it wants, what it keeps and what it gives back.

#include "tests/core/work_queue_fixture.hpp"

namespace troupe::core {

namespace {

class work_queue_slots_test : public work_queue_fixture {
protected:
  void enqueue_some(int count, const task_options& x = {}) {
    for (int i = 0; i < count; ++i)
      enqueue(fmt::format("t{}", enqueued_++), x);
  }

  void recall(uint32_t agent, uint32_t count, bool is_pressing,
              int32_t priority) {
    queue->recalled({{agent, count, is_pressing, priority}});
  }

private:
  int enqueued_ = 0;
};

const task_options rather_on_a{.agent = "a", .wish = agent_wish::prefer};

} // namespace

// -- wants --------------------------------------------------------------------

TEST_F(work_queue_slots_test, wants_are_rounded_up_to_powers_of_two) {
  configure({.max_concurrent = 0});
  enqueue_some(3);
  plan();
  EXPECT_EQ(wants, lines{"4 of [scan] at 50"});
  enqueue_some(1);
  plan();
  EXPECT_EQ(wants, lines{});
  enqueue_some(1);
  plan();
  EXPECT_EQ(wants, lines{"8 of [scan] at 50"});
  enqueue_some(5000);
  plan();
  EXPECT_EQ(wants, lines{"4096 of [scan] at 50"});
}

TEST_F(work_queue_slots_test, wants_no_more_than_it_may_run) {
  configure({.max_concurrent = 5});
  enqueue_some(20);
  lend(0, 3);
  plan();
  EXPECT_EQ(wants, lines{"2 of [scan] at 50"});
  lend(0, 2);
  plan();
  EXPECT_EQ(wants, lines{"0 of [scan] at 0"});
  end("t0");
  end("t1");
  plan();
  EXPECT_EQ(runs.size(), 2u);
  EXPECT_EQ(wants, lines{});
}

TEST_F(work_queue_slots_test, wants_what_each_kind_of_task_needs) {
  enqueue("x", {.capabilities = {"scan"}});
  enqueue("y", {.priority = 75, .capabilities = {"print"}});
  enqueue("z", {.agent = "b", .wish = agent_wish::require});
  plan();
  EXPECT_EQ(wants, (lines{"1 of [scan] at 50", "1 of [print] at 75",
                          "1 of [scan] on agent b at 50"}));
}

TEST_F(work_queue_slots_test, tells_how_urgent_the_most_urgent_is) {
  enqueue("x", {.priority = 50});
  enqueue("y", {.priority = 25});
  plan();
  EXPECT_EQ(wants, lines{"2 of [scan] at 50"});
  queue->set_priority(id_of("y"), 90);
  plan();
  EXPECT_EQ(wants, lines{"2 of [scan] at 90"});
  queue->withdraw(id_of("y"));
  plan();
  EXPECT_EQ(wants, lines{"1 of [scan] at 50"});
}

TEST_F(work_queue_slots_test, tells_again_what_is_missing_after_a_grant) {
  enqueue_some(4);
  plan();
  EXPECT_EQ(wants, lines{"4 of [scan] at 50"});
  lend(0, 2);
  plan();
  EXPECT_EQ(wants, lines{"2 of [scan] at 50"});
}

TEST_F(work_queue_slots_test, tells_when_it_wants_nothing_more) {
  enqueue("x");
  plan();
  queue->withdraw(id_of("x"));
  plan();
  EXPECT_EQ(wants, lines{"0 of [scan] at 0"});
  plan();
  EXPECT_EQ(wants, lines{});
}

TEST_F(work_queue_slots_test, wants_nothing_while_it_is_paused) {
  enqueue("x");
  plan();
  queue->pause();
  plan();
  EXPECT_EQ(wants, lines{"0 of [scan] at 0"});
  queue->resume();
  plan();
  EXPECT_EQ(wants, lines{"1 of [scan] at 50"});
}

TEST_F(work_queue_slots_test, wants_only_what_is_released) {
  configure({.auto_start = false});
  enqueue_some(3);
  plan();
  EXPECT_EQ(wants, lines{});
  queue->process();
  plan();
  EXPECT_EQ(wants, lines{"4 of [scan] at 50"});
}

// -- keeping ------------------------------------------------------------------

TEST_F(work_queue_slots_test, keeps_idle_slots_for_what_comes_next) {
  enqueue("x");
  lend(0, 1);
  plan();
  end("x");
  plan();
  EXPECT_EQ(returns, lines{});
  enqueue("y");
  EXPECT_EQ(started(), lines{"y#1 on a"});
  EXPECT_EQ(wants, lines{});
}

TEST_F(work_queue_slots_test, keeps_no_more_than_it_may_use) {
  configure({.max_concurrent = 2});
  enqueue("x");
  lend(0, 4);
  plan();
  EXPECT_EQ(returns, lines{"2 of a"});
  EXPECT_EQ(queue->info().leased, 2u);
}

TEST_F(work_queue_slots_test, gives_back_what_cannot_serve_what_waits) {
  lend(0, 1, {"print"});
  plan();
  EXPECT_EQ(returns, lines{});
  enqueue("x");
  plan();
  EXPECT_EQ(returns, lines{"1 of a"});
}

TEST_F(work_queue_slots_test, gives_idle_slots_back_when_paused) {
  lend(0, 2);
  plan();
  EXPECT_EQ(returns, lines{});
  queue->pause();
  plan();
  EXPECT_EQ(returns, lines{"2 of a"});
}

TEST_F(work_queue_slots_test, gives_idle_slots_back_where_agents_take_turns) {
  configure({.routing = routing_strategy::round_robin});
  enqueue("x");
  lend(0, 1);
  plan();
  end("x");
  plan();
  EXPECT_EQ(returns, lines{"1 of a"});
}

TEST_F(work_queue_slots_test, gives_idle_slots_back_when_nothing_is_released) {
  configure({.auto_start = false});
  enqueue("x");
  queue->process();
  lend(0, 1);
  EXPECT_EQ(started(), lines{"x#1 on a"});
  end("x");
  plan();
  EXPECT_EQ(returns, lines{"1 of a"});
}

// -- recalls ------------------------------------------------------------------

TEST_F(work_queue_slots_test, gives_back_what_it_is_asked_for_when_idle) {
  lend(0, 3);
  recall(0, 2, false, 50);
  plan();
  EXPECT_EQ(returns, lines{"2 of a"});
  plan();
  EXPECT_EQ(returns, lines{});
}

TEST_F(work_queue_slots_test, uses_what_it_is_asked_for_while_it_has_work) {
  enqueue("x");
  enqueue("y");
  lend(0, 1);
  plan();
  recall(0, 1, false, 100);
  end("x");
  EXPECT_EQ(started(), lines{"y#1 on a"});
  EXPECT_EQ(returns, lines{});
  end("y");
  plan();
  EXPECT_EQ(returns, lines{"1 of a"});
}

TEST_F(work_queue_slots_test, gives_back_what_it_owes_as_soon_as_it_is_free) {
  enqueue_some(3);
  lend(0, 2);
  plan();
  recall(0, 1, true, 50);
  end("t0");
  EXPECT_EQ(started(), lines{});
  EXPECT_EQ(returns, lines{"1 of a"});
  // And only that: the other one stays.
  end("t1");
  EXPECT_EQ(started(), lines{"t2#1 on a"});
}

TEST_F(work_queue_slots_test, more_urgent_tasks_may_have_first_what_it_owes) {
  enqueue("x");
  lend(0, 1);
  plan();
  recall(0, 1, true, 50);
  enqueue("urgent", {.priority = 51});
  enqueue("as urgent", {.priority = 50});
  end("x");
  EXPECT_EQ(started(), lines{"urgent#1 on a"});
  EXPECT_EQ(returns, lines{});
  end("urgent");
  EXPECT_EQ(started(), lines{});
  EXPECT_EQ(returns, lines{"1 of a"});
}

TEST_F(work_queue_slots_test, what_it_does_not_owe_serves_all) {
  recall(0, 1, true, 100);
  lend(0, 2);
  recall(0, 1, true, 100);
  enqueue_some(2);
  EXPECT_EQ(started(), lines{"t0#1 on a"});
  EXPECT_EQ(returns, lines{"1 of a"});
}

TEST_F(work_queue_slots_test, owes_no_more_than_it_has) {
  enqueue_some(2);
  lend(0, 2);
  plan();
  recall(0, 9, true, 50);
  recall(7, 9, true, 50);
  end("t0");
  end("t1");
  plan();
  EXPECT_EQ(returns, lines{"2 of a"});
  EXPECT_EQ(queue->info().leased, 0u);
  // A debt is forgotten once it is paid.
  lend(0, 1);
  enqueue("x");
  EXPECT_EQ(started(), lines{"x#1 on a"});
}

TEST_F(work_queue_slots_test, asked_and_pressed_for_the_same_gives_back_once) {
  lend(0, 4);
  recall(0, 2, false, 50);
  recall(0, 2, true, 50);
  plan();
  EXPECT_EQ(returns, lines{"2 of a"});
}

// -- agents that drain --------------------------------------------------------

TEST_F(work_queue_slots_test, leaves_an_agent_that_drains) {
  enqueue("x", {.priority = 100});
  lend(0, 2);
  plan();
  queue->recalled({{0, 2, false, 0, true}});
  enqueue("y", {.priority = 100});
  EXPECT_EQ(started(), lines{});
  EXPECT_EQ(returns, lines{"1 of a"});
  end("x");
  EXPECT_EQ(started(), lines{});
  EXPECT_EQ(returns, lines{"1 of a"});
}

TEST_F(work_queue_slots_test, what_lives_on_an_agent_that_drains_goes_on) {
  enqueue("parent", {.priority = 25});
  lend(0, 1);
  plan();
  queue->parked(key_of("parent"));
  queue->recalled({{0, 1, false, 0, true}});
  plan();
  EXPECT_EQ(returns, lines{"1 of a"});
  queue->unparked(key_of("parent"));
  enqueue("x", {.priority = 75});
  lend(0, 2, {"scan"}, 8, true);
  EXPECT_EQ(started(), lines{"parent#1 goes on on a"});
  EXPECT_EQ(returns, lines{"1 of a"});
  end("parent");
  EXPECT_EQ(started(), lines{});
  EXPECT_EQ(returns, lines{"1 of a"});
}

// -- which agent --------------------------------------------------------------

TEST_F(work_queue_slots_test, a_required_agent_is_the_only_one) {
  enqueue("x", {.agent = "b", .wish = agent_wish::require});
  lend(0, 1);
  EXPECT_EQ(started(), lines{});
  lend(1, 1);
  EXPECT_EQ(started(), lines{"x#1 on b"});
}

TEST_F(work_queue_slots_test, a_preferred_agent_it_holds_is_taken) {
  enqueue("x", rather_on_a);
  lend(1, 5);
  lend(0, 1);
  EXPECT_EQ(started(), lines{"x#1 on a"});
}

TEST_F(work_queue_slots_test, others_are_taken_when_the_router_has_answered) {
  enqueue("x", rather_on_a);
  lend(1, 1);
  plan();
  EXPECT_EQ(runs, lines{});
  EXPECT_EQ(wants, lines{"1 of [scan] at 50"});
  EXPECT_EQ(returns, lines{"1 of b"});
  queue->answered({0});
  lend(1, 1);
  EXPECT_EQ(started(), lines{"x#1 on b"});
}

TEST_F(work_queue_slots_test, an_answer_holds_until_nothing_waits_for_it) {
  enqueue("x", rather_on_a);
  plan();
  queue->answered({0});
  lend(1, 1);
  EXPECT_EQ(started(), lines{"x#1 on b"});
  end("x");
  enqueue("y", rather_on_a);
  EXPECT_EQ(started(), lines{});
  queue->answered({0});
  lend(0, 1);
  EXPECT_EQ(started(), lines{"y#1 on a"});
}

TEST_F(work_queue_slots_test, whose_preference_is_open_holds_up_nobody) {
  enqueue("x", {.priority = 75, .agent = "a", .wish = agent_wish::prefer});
  enqueue("y");
  lend(1, 1);
  EXPECT_EQ(started(), lines{"y#1 on b"});
}

TEST_F(work_queue_slots_test, takes_the_least_loaded_of_what_it_holds) {
  lend(0, 4, {"scan"}, 4);
  lend(1, 2, {"scan"}, 2);
  enqueue_some(4);
  plan();
  // After one on each, a has three quarters left and b half.
  std::ranges::sort(runs);
  EXPECT_EQ(runs, (lines{"t0#1 on a", "t1#1 on b", "t2#1 on a", "t3#1 on a"}));
}

TEST_F(work_queue_slots_test, takes_one_after_the_other_in_round_robin) {
  configure({.max_concurrent = 0, .routing = routing_strategy::round_robin});
  for (uint32_t agent : {2, 0, 1})
    lend(agent, 2);
  enqueue_some(6);
  plan();
  std::ranges::sort(runs);
  EXPECT_EQ(runs, (lines{"t0#1 on b", "t1#1 on c", "t2#1 on a", "t3#1 on b",
                         "t4#1 on c", "t5#1 on a"}));
}

} // namespace troupe::core
