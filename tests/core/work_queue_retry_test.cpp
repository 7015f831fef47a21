// Attempts that fail or are lost, and what follows.

#include "tests/core/work_queue_fixture.hpp"

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

class work_queue_retry_test : public work_queue_fixture {
protected:
  static task_options retries(uint32_t count) {
    task_options result;
    result.retry.max_retries = count;
    return result;
  }

  /// Whatever waits for a time has it now.
  lines started_after(duration time) {
    clock += time;
    return started();
  }
};

} // namespace

TEST_F(work_queue_retry_test, tries_again_when_the_backoff_is_over) {
  enqueue("x", retries(1));
  lend(0, 1);
  plan();
  fail("x");
  plan();
  EXPECT_EQ(reports, lines{"x#1 failed, again in 30s"});
  EXPECT_EQ(queue->next_due(), clock + 30s);
  EXPECT_EQ(queue->info().delayed, 1u);
  EXPECT_EQ(queue->info().running, 0u);
  EXPECT_EQ(started_after(29s), lines{});
  EXPECT_EQ(started_after(1s), lines{"x#2 on a"});
  EXPECT_EQ(queue->next_due(), never);
}

TEST_F(work_queue_retry_test, a_slot_serves_others_meanwhile) {
  enqueue("x", retries(1));
  enqueue("y");
  lend(0, 1);
  EXPECT_EQ(started(), lines{"x#1 on a"});
  fail("x");
  EXPECT_EQ(started(), lines{"y#1 on a"});
}

TEST_F(work_queue_retry_test, fails_for_good_after_the_last_attempt) {
  enqueue("x", retries(1));
  lend(0, 1);
  plan();
  fail("x");
  EXPECT_EQ(started_after(30s), lines{"x#2 on a"});
  fail("x", 2);
  plan();
  EXPECT_EQ(reports, lines{"x#2 ended"});
  EXPECT_EQ(explained("x"), "unknown");
}

TEST_F(work_queue_retry_test, fails_for_good_if_trying_cannot_help) {
  enqueue("x", retries(5));
  lend(0, 1);
  plan();
  fail("x", 1, {ec::handler_failed, "no", true});
  plan();
  EXPECT_EQ(reports, lines{"x#1 ended"});
}

TEST_F(work_queue_retry_test, the_delays_grow_and_are_left_to_chance) {
  queue = std::make_unique<work_queue>(queue_spec{.name = "line"}, 7);
  auto options = retries(2);
  options.retry = {.max_retries = 2, .base = 10s};
  lend(0, 1);
  enqueue("x", options);
  plan();
  fail("x");
  plan();
  auto first = queue->next_due() - clock;
  EXPECT_GT(first, 0s);
  EXPECT_LT(first, 10s);
  EXPECT_EQ(started_after(10s), lines{"x#2 on a"});
  fail("x", 2);
  plan();
  EXPECT_LT(queue->next_due() - clock, 20s);
  EXPECT_NE(queue->next_due() - clock, first);
}

TEST_F(work_queue_retry_test, drops_an_outcome_that_comes_twice) {
  enqueue("x", retries(2));
  lend(0, 1);
  plan();
  fail("x");
  plan();
  fail("x");
  plan();
  // The manager counts it as late.
  EXPECT_EQ(reports, lines{"x#1 ended"});
  EXPECT_EQ(started_after(30s), lines{"x#2 on a"});
}

TEST_F(work_queue_retry_test, can_be_withdrawn_while_it_waits) {
  enqueue("x", retries(2));
  lend(0, 1);
  plan();
  fail("x");
  queue->withdraw(id_of("x"));
  EXPECT_EQ(queue->next_due(), never);
  EXPECT_EQ(started_after(30s), lines{});
  EXPECT_EQ(stops, lines{});
  EXPECT_EQ(queue->info().delayed, 0u);
}

TEST_F(work_queue_retry_test, does_not_try_again_what_was_withdrawn) {
  enqueue("x", retries(2));
  lend(0, 1);
  plan();
  queue->withdraw(id_of("x"));
  fail("x");
  plan();
  EXPECT_EQ(reports, lines{"x#1 ended"});
  EXPECT_EQ(queue->next_due(), never);
}

TEST_F(work_queue_retry_test, a_parked_attempt_may_fail_too) {
  enqueue("x", retries(1));
  lend(0, 1);
  plan();
  queue->parked(key_of("x"));
  fail("x");
  EXPECT_EQ(started_after(30s), lines{"x#2 on a"});
}

TEST_F(work_queue_retry_test, says_when_it_will_try_again) {
  enqueue("x", retries(1));
  lend(0, 1);
  plan();
  fail("x");
  clock += 10s;
  EXPECT_EQ(explained("x"), "attempt 1 has failed; the next one is due in 20s");
}

TEST_F(work_queue_retry_test, fails_for_good_when_the_budget_is_used_up) {
  configure({.retry_budget = {.ratio = 0.4, .min_per_second = 0}});
  lend(0, 3);
  enqueue("x", retries(5));
  enqueue("y", retries(5));
  enqueue("z", retries(5));
  enqueue("p", {.capabilities = {"print"}});
  plan();
  for (auto* name : {"x", "y", "z"})
    fail(name);
  queue->plan(clock);
  auto actions = queue->take_actions();
  EXPECT_EQ(actions.retried.size(), 2u);
  ASSERT_EQ(actions.ended.size(), 1u);
  EXPECT_EQ(name_of(actions.ended[0].key), "z#1");
  EXPECT_EQ(to_string(actions.ended[0].failure),
            "handler_failed: no (not tried again: the retry budget of "
            "capability 'scan' is used up; of 5 attempts in the last 10s, 2 "
            "were retries)");
}

TEST_F(work_queue_retry_test, needs_no_budget_where_there_is_none) {
  configure({.retry_budget = {.is_enabled = false, .min_per_second = 0}});
  lend(0, 1);
  enqueue("x", retries(1));
  plan();
  fail("x");
  plan();
  EXPECT_EQ(reports, lines{"x#1 failed, again in 30s"});
}

TEST_F(work_queue_retry_test, the_budget_of_a_small_application_suffices) {
  configure({.max_concurrent = 0});
  lend(0, 100, {"scan"}, 100);
  for (int i = 0; i < 100; ++i)
    enqueue(std::to_string(i), retries(1));
  plan();
  for (int i = 0; i < 100; ++i)
    fail(std::to_string(i));
  plan();
  EXPECT_EQ(queue->info().delayed, 100u);
}

TEST_F(work_queue_retry_test, losses_do_not_count_as_failures) {
  enqueue("x", retries(1));
  lend(0, 1);
  plan();
  queue->agent_left(0, clock);
  lend(1, 1);
  EXPECT_EQ(started(), lines{"x#2 on b"});
  fail("x", 2);
  EXPECT_EQ(started_after(30s), lines{"x#3 on b"});
}

TEST_F(work_queue_retry_test, what_an_agent_did_not_begin_is_lost) {
  enqueue("x");
  lend(0, 1);
  plan();
  fail("x", 1, {ec::agent_lost, "is stopping"});
  lend(1, 1);
  EXPECT_EQ(started(), lines{"x#2 on a"});
  EXPECT_EQ(reports, lines{"x#1 lost"});
}

TEST_F(work_queue_retry_test, fails_what_is_lost_too_often) {
  enqueue("x");
  for (uint32_t i = 0; i <= work_queue::losses_max; ++i) {
    lend(i, 1);
    EXPECT_EQ(started().size(), 1u) << i;
    queue->agent_left(i, clock);
  }
  plan();
  EXPECT_EQ(reports, lines{"x#11 ended"});
}

} // namespace troupe::core
