// Tasks that need amounts of their agent, and so slots of their own.

#include "tests/core/work_queue_fixture.hpp"

namespace troupe::core {

namespace {

class work_queue_lease_test : public work_queue_fixture {
protected:
  void add(const std::string& name, double cpu, int32_t priority = 50) {
    task_options x{.priority = priority};
    if (cpu > 0)
      x.resources = {{"cpu", cpu}};
    enqueue(name, x);
  }
};

} // namespace

TEST_F(work_queue_lease_test, wants_slots_with_amounts_and_returns_each) {
  add("x", 2);
  add("y", 2);
  plan();
  EXPECT_EQ(wants, lines{"2 of [scan] with 2 cpu at 50"});
  lease(7);
  EXPECT_EQ(started(), lines{"x#1 on a"});
  EXPECT_EQ(queue->info().leased, 1u);
  end("x");
  EXPECT_EQ(started(), lines{}) << "the amounts are the router's to give";
  EXPECT_EQ(returns, lines{"lease 7"});
  EXPECT_EQ(queue->info().leased, 0u);
}

TEST_F(work_queue_lease_test, a_plain_slot_is_not_for_it) {
  add("x", 2);
  lend(0, 1);
  EXPECT_EQ(started(), lines{});
  EXPECT_EQ(returns, lines{"1 of a"});
}

TEST_F(work_queue_lease_test, its_slot_is_not_for_others) {
  add("x", 2);
  plan();
  queue->withdraw(id_of("x"));
  add("y", 0);
  lease(7);
  EXPECT_EQ(started(), lines{});
  EXPECT_EQ(returns, lines{"lease 7"});
}

TEST_F(work_queue_lease_test, asks_before_it_starts_what_is_less_urgent) {
  add("x", 2, 90);
  add("y", 0);
  lend(0, 1);
  EXPECT_EQ(started(), lines{});
  EXPECT_EQ(returns, lines{"1 of a"});
  EXPECT_EQ(wants,
            (lines{"1 of [scan] with 2 cpu at 90", "1 of [scan] at 50"}));
  // Nothing for the one, but a slot for the other.
  queue->answered({0});
  lend(0, 1);
  EXPECT_EQ(started(), lines{"y#1 on a"});
}

TEST_F(work_queue_lease_test, does_not_ask_for_what_comes_later_anyway) {
  add("x", 0, 90);
  add("y", 2);
  lend(0, 1);
  EXPECT_EQ(started(), lines{"x#1 on a"});
}

TEST_F(work_queue_lease_test, asks_again_when_a_slot_is_free_that_would_do) {
  configure({.max_concurrent = 0});
  add("x", 2, 90);
  add("y", 0);
  add("z", 0);
  lend(0, 1);
  agent_spec able{.id = "a", .capabilities = {"scan"}, .max_concurrent = 8};
  able.resources = {{"cpu", 8}};
  plan();
  queue->answered({0});
  queue->granted({{0, std::make_shared<const agent_spec>(able), 1, false}});
  EXPECT_EQ(started(), lines{"y#1 on a"});
  end("y");
  EXPECT_EQ(started(), lines{});
  EXPECT_EQ(returns, lines{"1 of a"});
  EXPECT_EQ(wants, lines{"1 of [scan] with 2 cpu at 90"});
  lease(7);
  EXPECT_EQ(started(), lines{"x#1 on a"});
}

TEST_F(work_queue_lease_test, a_parked_one_returns_its_slot_only) {
  add("x", 2);
  plan();
  lease(7);
  EXPECT_EQ(started(), lines{"x#1 on a"});
  queue->parked(key_of("x"));
  plan();
  EXPECT_EQ(returns, lines{"slot of lease 7"});
  EXPECT_EQ(queue->info().leased, 0u);
  queue->unparked(key_of("x"));
  plan();
  EXPECT_EQ(wants, lines{"1 of [scan] on agent a to go on at 50"});
  lend(0, 1);
  EXPECT_EQ(started(), lines{"x#1 goes on on a"});
  end("x");
  plan();
  EXPECT_EQ(returns, lines{"lease 7"});
  EXPECT_EQ(queue->info().leased, 1u) << "the slot, for what comes next";
}

TEST_F(work_queue_lease_test, a_parked_one_that_ends_returns_the_rest) {
  add("x", 2);
  plan();
  lease(7);
  plan();
  queue->parked(key_of("x"));
  plan();
  end("x");
  plan();
  EXPECT_EQ(returns, lines{"lease 7"});
}

TEST_F(work_queue_lease_test, returns_it_before_a_retry) {
  task_options options{.resources = {{"cpu", 2}}};
  options.retry.max_retries = 1;
  enqueue("x", options);
  plan();
  lease(7);
  plan();
  fail("x");
  plan();
  EXPECT_EQ(returns, lines{"lease 7"});
  clock += std::chrono::seconds{30};
  plan();
  EXPECT_EQ(wants, lines{"1 of [scan] with 2 cpu at 50"});
  lease(8);
  EXPECT_EQ(started(), lines{"x#2 on a"});
}

TEST_F(work_queue_lease_test, one_that_is_cancelled_has_it_to_its_end) {
  add("x", 2);
  plan();
  lease(7);
  plan();
  queue->withdraw(id_of("x"));
  plan();
  EXPECT_EQ(returns, lines{});
  end("x");
  plan();
  EXPECT_EQ(returns, lines{"lease 7"});
}

TEST_F(work_queue_lease_test, forgets_leases_of_an_agent_that_left) {
  add("x", 2);
  add("y", 2);
  plan();
  lease(7);
  plan();
  lease(8);
  queue->agent_left(0, clock);
  plan();
  EXPECT_EQ(reports, lines{"x#1 lost"});
  EXPECT_EQ(returns, lines{});
  EXPECT_EQ(queue->info().leased, 0u);
  lease(9, 0, 1);
  EXPECT_EQ(started(), lines{"y#1 on b"}) << "it is older now";
}

TEST_F(work_queue_lease_test, returns_what_it_may_not_use) {
  configure({.max_concurrent = 1});
  add("x", 2);
  add("y", 2);
  plan();
  lease(7);
  lease(8);
  EXPECT_EQ(started(), lines{"x#1 on a"});
  EXPECT_EQ(returns, lines{"lease 8"});
  queue->pause();
  end("x");
  lease(9);
  EXPECT_EQ(started(), lines{});
  EXPECT_EQ(returns, (lines{"lease 7", "lease 9"}));
}

} // namespace troupe::core
