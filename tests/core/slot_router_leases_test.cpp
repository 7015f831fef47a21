// Slots with amounts of their agent.

#include "tests/core/slot_router_fixture.hpp"

namespace troupe::core {

namespace {

demand needs_cpu(double amount, const std::string& name = "cpu") {
  auto x = needs({"scan"});
  x.resources = {{name, amount}};
  return x;
}

class slot_router_leases_test : public slot_router_fixture {
protected:
  uint32_t add(const std::string& id, uint32_t slots, double cpu) {
    return router
      .add_agent({.id = id,
                  .capabilities = {"scan"},
                  .max_concurrent = slots,
                  .resources = {{"cpu", cpu}}})
      .value();
  }

  /// Numbers of leases count from 1, in the order in which they are lent.
  void end(uint32_t queue, uint64_t lease) {
    router.give_back_leases(queue, std::vector{lease_return{lease, true}});
  }

  void park(uint32_t queue, uint64_t lease) {
    router.give_back_leases(queue, std::vector{lease_return{lease, false}});
  }
};

} // namespace

TEST_F(slot_router_leases_test, lends_slots_as_far_as_the_amounts_go) {
  add("a", 8, 5);
  auto queue = add_queue();
  want(queue, 4, 50, needs_cpu(2));
  EXPECT_EQ(lent(), (lines{"queue 0 gets 1 of a", "queue 0 gets 1 of a"}));
  EXPECT_EQ(last.lines[0].grants[0].lease, 1u);
  EXPECT_EQ(last.lines[0].grants[1].lease, 2u);
  EXPECT_EQ(leased("a"), 2u);
  end(queue, 1);
  EXPECT_EQ(lent(), lines{"queue 0 gets 1 of a"});
}

TEST_F(slot_router_leases_test, amounts_need_a_slot_as_well) {
  add("a", 1, 5);
  auto queue = add_queue();
  want(queue, 4, 50, needs_cpu(1));
  EXPECT_EQ(lent(), lines{"queue 0 gets 1 of a"});
}

TEST_F(slot_router_leases_test, plain_slots_need_no_amounts) {
  add("a", 3, 1);
  auto queue = add_queue();
  want(queue, 1, 90, needs_cpu(1));
  want(add_queue(), 2);
  EXPECT_EQ(lent(), (lines{"queue 0 gets 1 of a", "queue 1 gets 2 of a"}));
}

TEST_F(slot_router_leases_test, tells_plain_slots_and_leases_apart) {
  add("a", 2, 1);
  auto queue = add_queue();
  want(queue, 1, 90, needs_cpu(1), 0);
  want(queue, 1, 50, needs({"scan"}), 1);
  lent();
  auto& grants = last.lines[0].grants;
  ASSERT_EQ(grants.size(), 2u);
  EXPECT_EQ(grants[0].lease, 1u);
  EXPECT_EQ(grants[0].count, 1u);
  EXPECT_EQ(grants[1].lease, 0u);
  EXPECT_EQ(grants[1].count, 1u);
}

TEST_F(slot_router_leases_test, says_when_it_has_looked_once_per_want) {
  add("a", 1, 1);
  auto queue = add_queue();
  want(queue, 1, 50, needs_cpu(1));
  EXPECT_EQ(decided(),
            (lines{"queue 0 gets 1 of a", "queue 0 is answered on 0"}));
  want(queue, 1, 50, needs_cpu(1));
  EXPECT_EQ(decided(), lines{"queue 0 is answered on 0"});
  EXPECT_EQ(decided(), lines{});
}

TEST_F(slot_router_leases_test, a_parked_one_keeps_its_amounts) {
  add("a", 1, 2);
  auto queue = add_queue();
  want(queue, 2, 50, needs_cpu(2));
  EXPECT_EQ(lent(), lines{"queue 0 gets 1 of a"});
  park(queue, 1);
  EXPECT_EQ(leased("a"), 0u);
  EXPECT_EQ(lent(), lines{});
  end(queue, 1);
  end(queue, 1);
  EXPECT_EQ(leased("a"), 0u);
  EXPECT_EQ(lent(), lines{"queue 0 gets 1 of a"});
}

TEST_F(slot_router_leases_test, asks_others_for_slots_if_amounts_are_there) {
  add("a", 1, 2);
  auto plain = add_queue();
  want(plain, 1);
  EXPECT_EQ(lent(), lines{"queue 0 gets 1 of a"});
  auto queue = add_queue();
  want(queue, 1, 50, needs_cpu(2));
  EXPECT_EQ(decided(), (lines{"queue 0 is asked for 1 of agent 0",
                              "queue 1 is answered on 0"}));
  take_back(plain, 0, 1);
  EXPECT_EQ(lent(), lines{"queue 1 gets 1 of a"});
}

TEST_F(slot_router_leases_test, asks_nobody_if_amounts_are_missing) {
  add("a", 2, 2);
  auto plain = add_queue();
  want(plain, 1);
  auto queue = add_queue();
  want(queue, 1, 90, needs_cpu(2));
  lent();
  want(queue, 1, 90, needs_cpu(2));
  EXPECT_EQ(decided(), lines{"queue 1 is answered on 0"});
}

TEST_F(slot_router_leases_test, a_lost_agent_takes_its_leases_with_it) {
  auto a = add("a", 2, 2);
  auto queue = add_queue();
  want(queue, 2, 50, needs_cpu(1));
  lent();
  park(queue, 1);
  router.drop_agent(a);
  end(queue, 1);
  end(queue, 2);
  add("a", 2, 2);
  want(queue, 2, 50, needs_cpu(1));
  EXPECT_EQ(lent(), (lines{"queue 0 gets 1 of a", "queue 0 gets 1 of a"}));
}

TEST_F(slot_router_leases_test, a_draining_agent_waits_for_its_leases) {
  auto a = add("a", 1, 2);
  auto queue = add_queue();
  want(queue, 1, 50, needs_cpu(1));
  lent();
  router.drain_agent(a, "leaves");
  lent();
  EXPECT_TRUE(last.drained.empty());
  end(queue, 1);
  lent();
  EXPECT_EQ(last.drained, std::vector{a});
}

// -- reservation --------------------------------------------------------------

TEST_F(slot_router_leases_test, a_big_one_does_not_starve_behind_small_ones) {
  add("a", 8, 4);
  auto small = add_queue();
  auto big = add_queue();
  want(small, 4, 50, needs_cpu(1));
  EXPECT_EQ(lent().size(), 4u);
  want(big, 1, 50, needs_cpu(4));
  want(small, 8, 50, needs_cpu(1));
  EXPECT_EQ(lent(), lines{});
  for (uint64_t lease = 1; lease <= 3; ++lease) {
    end(small, lease);
    EXPECT_EQ(lent(), lines{}) << lease;
  }
  EXPECT_EQ(router.explain(needs_cpu(1)),
            "waits for 1 cpu of a (what is left is reserved for 4 cpu)");
  end(small, 4);
  EXPECT_EQ(lent(), lines{"queue 1 gets 1 of a"});
}

TEST_F(slot_router_leases_test, a_more_urgent_one_passes_the_reservation) {
  add("a", 8, 2);
  auto big = add_queue();
  auto small = add_queue();
  want(small, 1, 50, needs_cpu(1));
  lent();
  want(big, 1, 50, needs_cpu(2));
  lent();
  want(small, 1, 51, needs_cpu(1));
  EXPECT_EQ(lent(), lines{"queue 1 gets 1 of a"});
}

TEST_F(slot_router_leases_test, a_reservation_is_of_what_is_needed_only) {
  router.add_agent({.id = "a",
                    .capabilities = {"scan"},
                    .max_concurrent = 8,
                    .resources = {{"cpu", 2}, {"gpu", 2}}});
  auto big = add_queue();
  auto small = add_queue();
  want(small, 1, 50, needs_cpu(1));
  lent();
  want(big, 1, 50, needs_cpu(2));
  lent();
  want(small, 1, 50, needs_cpu(1, "gpu"), 1);
  EXPECT_EQ(lent(), lines{"queue 1 gets 1 of a"});
}

TEST_F(slot_router_leases_test, after_a_big_one_it_is_the_others_turn) {
  add("a", 8, 2);
  auto big = add_queue();
  auto small = add_queue();
  want(small, 1, 50, needs_cpu(1));
  lent();
  want(big, 2, 50, needs_cpu(2));
  lent();
  want(small, 1, 50, needs_cpu(1));
  EXPECT_EQ(lent(), lines{});
  end(small, 1);
  EXPECT_EQ(lent(), lines{"queue 0 gets 1 of a"});
  end(big, 2);
  // Among equals the one that waits longer.
  EXPECT_EQ(lent(), lines{"queue 1 gets 1 of a"});
}

TEST_F(slot_router_leases_test, nothing_is_reserved_beside_one_that_is_parked) {
  add("a", 8, 4);
  auto queue = add_queue();
  auto big = add_queue();
  want(queue, 1, 50, needs_cpu(2));
  lent();
  want(big, 1, 50, needs_cpu(4));
  lent();
  park(queue, 1);
  // Its child must not wait for what waits for it.
  want(queue, 1, 50, needs_cpu(1));
  EXPECT_EQ(lent(), lines{"queue 0 gets 1 of a"});
}

TEST_F(slot_router_leases_test, a_reservation_ends_with_the_want) {
  add("a", 8, 2);
  auto big = add_queue();
  auto small = add_queue();
  want(small, 1, 50, needs_cpu(1));
  lent();
  want(big, 1, 50, needs_cpu(2));
  lent();
  want(small, 1, 50, needs_cpu(1));
  EXPECT_EQ(lent(), lines{});
  want(big, 0, 50, needs_cpu(2));
  EXPECT_EQ(lent(), lines{"queue 1 gets 1 of a"});
}

TEST_F(slot_router_leases_test, says_what_is_missing) {
  add("a", 8, 4);
  add("b", 8, 1);
  auto queue = add_queue();
  want(queue, 1, 50, needs_cpu(3));
  lent();
  EXPECT_EQ(router.explain(needs_cpu(2)),
            "waits for 2 cpu of a (1 of 4 cpu left)");
  EXPECT_EQ(router.explain(needs_cpu(8)),
            "no agent has [scan] with 8 cpu; a has 4 cpu; b has 1 cpu");
}

} // namespace troupe::core
