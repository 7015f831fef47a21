#include "core/work_queue.hpp"

#include "tests/core/work_queue_fixture.hpp"

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

class work_queue_test : public work_queue_fixture {};

} // namespace

// -- order --------------------------------------------------------------------

TEST_F(work_queue_test, starts_the_most_urgent_first_then_the_oldest) {
  enqueue("w", {.priority = 50});
  enqueue("x", {.priority = 25});
  enqueue("y", {.priority = 75});
  enqueue("z", {.priority = 50});
  lend(0, 1);
  EXPECT_EQ(started(), lines{"y#1 on a"});
  end("y");
  EXPECT_EQ(started(), lines{"w#1 on a"});
  end("w");
  EXPECT_EQ(started(), lines{"z#1 on a"});
  end("z");
  EXPECT_EQ(started(), lines{"x#1 on a"});
}

TEST_F(work_queue_test, compares_over_different_needs) {
  enqueue("scan low", {.priority = 25});
  enqueue("print", {.priority = 50, .capabilities = {"print"}});
  enqueue("scan high", {.priority = 75});
  lend(0, 2, {"scan", "print"});
  EXPECT_EQ(started(), (lines{"scan high#1 on a", "print#1 on a"}));
}

TEST_F(work_queue_test, what_no_slot_can_do_holds_up_nothing) {
  enqueue("print", {.priority = 100, .capabilities = {"print"}});
  enqueue("scan", {.priority = 0});
  lend(0, 1, {"scan"});
  EXPECT_EQ(started(), lines{"scan#1 on a"});
}

TEST_F(work_queue_test, a_new_priority_counts_at_once) {
  enqueue("x");
  enqueue("y");
  queue->set_priority(id_of("y"), 60);
  lend(0, 1);
  EXPECT_EQ(started(), lines{"y#1 on a"});
  queue->set_priority(id_of("nobody"), 60);
}

TEST_F(work_queue_test, a_priority_set_while_it_runs_counts_for_the_next_try) {
  enqueue("x", {.priority = 25});
  lend(0, 1);
  plan();
  queue->set_priority(id_of("x"), 100);
  enqueue("y", {.priority = 75});
  queue->agent_left(0, clock);
  lend(1, 1);
  EXPECT_EQ(started(), lines{"x#2 on b"});
}

TEST_F(work_queue_test, waiting_makes_more_urgent_if_it_ages) {
  configure({.aging = 1s});
  enqueue("young", {.priority = 60}, start + 20s);
  enqueue("old", {.priority = 50}, clock);
  lend(0, 1);
  EXPECT_EQ(started(), lines{"old#1 on a"});
}

TEST_F(work_queue_test, owners_take_turns_if_it_is_fair) {
  configure({.is_fair = true});
  enqueue("x", {.owner = "ann"});
  enqueue("y", {.owner = "ann"});
  enqueue("z", {.owner = "bob"});
  lend(0, 2);
  EXPECT_EQ(started(), (lines{"x#1 on a", "z#1 on a"}));
}

TEST_F(work_queue_test, an_order_has_all_that_the_handler_needs) {
  enqueue("x", {.attempts = 3});
  lend(0, 1);
  EXPECT_EQ(started(), lines{"x#4 on a"});
  EXPECT_EQ(orders.at(0).parameters, (payload{{"of", "x"}}));
  EXPECT_EQ(orders.at(0).spec->name, "x");
}

// -- limits -------------------------------------------------------------------

TEST_F(work_queue_test, runs_no_more_than_its_limit) {
  configure({.max_concurrent = 2});
  for (auto* name : {"x", "y", "z"})
    enqueue(name);
  lend(0, 1);
  lend(1, 5);
  plan();
  EXPECT_EQ(runs.size(), 2u);
  EXPECT_EQ(started(), lines{});
  EXPECT_EQ(queue->info().running, 2u);
  end("x");
  EXPECT_EQ(started().size(), 1u);
}

TEST_F(work_queue_test, without_a_limit_it_fills_all_slots) {
  configure({.max_concurrent = 0});
  for (int i = 0; i < 20; ++i)
    enqueue(fmt::format("x{}", i));
  lend(0, 7);
  lend(1, 7);
  EXPECT_EQ(started().size(), 14u);
}

TEST_F(work_queue_test, starts_no_more_on_an_agent_than_it_has_lent) {
  for (auto* name : {"x", "y", "z"})
    enqueue(name);
  lend(0, 2);
  EXPECT_EQ(started(), (lines{"x#1 on a", "y#1 on a"}));
  lend(0, 1);
  EXPECT_EQ(started(), lines{"z#1 on a"});
}

TEST_F(work_queue_test, starts_nothing_while_it_is_paused) {
  queue->pause();
  enqueue("x");
  lend(0, 1);
  EXPECT_EQ(started(), lines{});
  EXPECT_TRUE(queue->info().is_paused);
  queue->resume();
  lend(0, 1);
  EXPECT_EQ(started(), lines{"x#1 on a"});
  EXPECT_FALSE(queue->info().is_paused);
}

TEST_F(work_queue_test, a_pause_does_not_touch_what_runs) {
  enqueue("x");
  lend(0, 1);
  plan();
  queue->pause();
  plan();
  EXPECT_EQ(stops, lines{});
  EXPECT_EQ(returns, lines{});
  end("x");
  plan();
  EXPECT_EQ(reports, lines{"x#1 ended"});
  EXPECT_EQ(returns, lines{"1 of a"});
}

// -- withdrawing --------------------------------------------------------------

TEST_F(work_queue_test, forgets_what_is_withdrawn_while_it_waits) {
  enqueue("x");
  enqueue("y");
  queue->withdraw(id_of("x"));
  queue->withdraw(id_of("nobody"));
  lend(0, 2);
  EXPECT_EQ(started(), lines{"y#1 on a"});
  EXPECT_EQ(stops, lines{});
  EXPECT_EQ(explained("x"), "unknown");
}

TEST_F(work_queue_test, stops_what_is_withdrawn_while_it_runs) {
  enqueue("x");
  lend(0, 1);
  plan();
  queue->withdraw(id_of("x"));
  enqueue("y");
  // It keeps its slot until the agent has spoken.
  EXPECT_EQ(started(), lines{});
  EXPECT_EQ(stops, lines{"x#1 on a"});
  end("x");
  EXPECT_EQ(started(), lines{"y#1 on a"});
  EXPECT_EQ(reports, lines{"x#1 ended"});
}

// -- outcomes -----------------------------------------------------------------

TEST_F(work_queue_test, passes_on_what_comes_late_and_does_nothing_else) {
  end("nobody", 7);
  plan();
  EXPECT_EQ(reports, lines{"nobody#7 ended"});
  enqueue("x", {.attempts = 1});
  end("x", 1);
  lend(0, 1);
  EXPECT_EQ(started(), lines{"x#2 on a"});
  EXPECT_EQ(reports, lines{"x#1 ended"});
  end("x", 1);
  plan();
  EXPECT_EQ(reports, lines{"x#1 ended"});
  EXPECT_EQ(queue->info().running, 1u);
  end("x", 2);
  end("x", 2);
  plan();
  EXPECT_EQ(reports, (lines{"x#2 ended", "x#2 ended"}));
  EXPECT_EQ(queue->info().running, 0u);
  EXPECT_EQ(queue->info().ended, 1u);
}

// -- parking ------------------------------------------------------------------

TEST_F(work_queue_test, what_is_parked_needs_no_slot) {
  configure({.max_concurrent = 1});
  enqueue("parent");
  enqueue("child");
  lend(0, 1);
  plan();
  queue->parked(key_of("parent"));
  EXPECT_EQ(started(), lines{"child#1 on a"});
  // Once is enough.
  queue->parked(key_of("parent"));
  EXPECT_EQ(queue->info().running, 1u);
}

TEST_F(work_queue_test, what_was_parked_goes_on_in_its_turn_on_its_agent) {
  enqueue("parent", {.priority = 60});
  lend(0, 1);
  plan();
  queue->parked(key_of("parent"));
  enqueue("x", {.priority = 50});
  EXPECT_EQ(started(), lines{"x#1 on a"});
  queue->unparked(key_of("parent"));
  enqueue("y", {.priority = 50});
  lend(1, 1);
  EXPECT_EQ(started(), lines{"y#1 on b"});
  EXPECT_EQ(wants.back(), "1 of [scan] on agent a to go on at 60");
  enqueue("z", {.priority = 50});
  end("x");
  EXPECT_EQ(started(), lines{"parent#1 goes on on a"});
  end("parent");
  EXPECT_EQ(started(), lines{"z#1 on a"});
  EXPECT_EQ(reports, lines{"parent#1 ended"});
}

TEST_F(work_queue_test, parks_only_what_runs_and_wakes_only_what_is_parked) {
  enqueue("x");
  queue->parked(key_of("x", 0));
  queue->parked(key_of("nobody"));
  queue->unparked(key_of("nobody"));
  lend(0, 1);
  EXPECT_EQ(started(), lines{"x#1 on a"});
  queue->parked(key_of("x", 2));
  queue->unparked(key_of("x"));
  EXPECT_EQ(started(), lines{});
  EXPECT_EQ(queue->info().running, 1u);
  EXPECT_EQ(queue->info().ready, 0u);
}

TEST_F(work_queue_test, a_parked_attempt_can_end) {
  for (auto* name : {"parked", "woken"})
    enqueue(name);
  lend(0, 2);
  plan();
  queue->parked(key_of("parked"));
  queue->parked(key_of("woken"));
  queue->unparked(key_of("woken"));
  end("parked");
  end("woken");
  EXPECT_EQ(started(), lines{});
  EXPECT_EQ(reports, (lines{"parked#1 ended", "woken#1 ended"}));
  EXPECT_EQ(queue->info().running, 0u);
  EXPECT_EQ(queue->info().ready, 0u);
}

TEST_F(work_queue_test, what_is_withdrawn_while_parked_does_not_go_on) {
  for (auto* name : {"parked", "woken"})
    enqueue(name);
  lend(0, 2);
  plan();
  queue->parked(key_of("parked"));
  queue->parked(key_of("woken"));
  queue->unparked(key_of("woken"));
  queue->withdraw(id_of("parked"));
  queue->withdraw(id_of("woken"));
  queue->unparked(key_of("parked"));
  EXPECT_EQ(started(), lines{});
  EXPECT_EQ(stops, (lines{"parked#1 on a", "woken#1 on a"}));
  end("parked");
  end("woken");
  plan();
  EXPECT_EQ(explained("parked"), "unknown");
  EXPECT_EQ(explained("woken"), "unknown");
  EXPECT_EQ(queue->info().running, 0u);
}

// -- agents that leave --------------------------------------------------------

TEST_F(work_queue_test, what_ran_on_an_agent_that_left_is_tried_again) {
  for (auto* name : {"running", "parked", "woken", "waiting"})
    enqueue(name);
  lend(0, 3);
  plan();
  queue->parked(key_of("parked"));
  queue->parked(key_of("woken"));
  queue->unparked(key_of("woken"));
  queue->agent_left(0, clock);
  lend(2, 8);
  plan();
  EXPECT_EQ(reports,
            (lines{"running#1 lost", "parked#1 lost", "woken#1 lost"}));
  // They wait behind what has been there.
  EXPECT_EQ(runs, (lines{"waiting#1 on c", "running#2 on c", "parked#2 on c",
                         "woken#2 on c"}));
  // What its handler still said comes to nothing.
  end("running", 1);
  EXPECT_EQ(queue->info().running, 4u);
  end("running", 2);
  EXPECT_EQ(queue->info().running, 3u);
}

TEST_F(work_queue_test, an_agent_takes_its_slots_along) {
  lend(0, 2);
  lend(1, 1);
  EXPECT_EQ(queue->info().leased, 3u);
  queue->agent_left(0, clock);
  queue->agent_left(0, clock);
  queue->agent_left(7, clock);
  EXPECT_EQ(queue->info().leased, 1u);
  enqueue("x");
  EXPECT_EQ(started(), lines{"x#1 on b"});
}

TEST_F(work_queue_test, what_was_withdrawn_is_not_tried_again) {
  enqueue("x");
  lend(0, 1);
  plan();
  queue->withdraw(id_of("x"));
  queue->agent_left(0, clock);
  lend(1, 1);
  EXPECT_EQ(started(), lines{});
  EXPECT_EQ(reports, lines{});
  EXPECT_EQ(queue->info().running, 0u);
  EXPECT_EQ(explained("x"), "unknown");
}

} // namespace troupe::core
