// The router, or one of its queues, is started again: whose slots are whose.

#include "tests/core/slot_router_fixture.hpp"

namespace troupe::core {

namespace {

class slot_router_recovery_test : public slot_router_fixture {
protected:
  slot_router_recovery_test() {
    agent_number = add_agent("a", 3);
    queue = add_queue();
    want(queue, 5, 50);
    lent();
  }

  uint32_t agent_number = 0;
  uint32_t queue = 0;
};

} // namespace

TEST_F(slot_router_recovery_test, a_new_queue_has_what_its_attempts_have) {
  router.reset_queue(queue);
  router.set_held(queue, {{agent_number, 1}});
  EXPECT_EQ(leased("a"), 1u);
  want(add_queue(), 9, 50);
  EXPECT_EQ(lent(), lines{"queue 1 gets 2 of a"});
}

TEST_F(slot_router_recovery_test, a_new_queue_wants_and_owes_nothing) {
  want(add_queue(), 1, 75);
  EXPECT_EQ(decided(), lines{"queue 0 owes 1 of agent 0"});
  router.reset_queue(queue);
  router.set_held(queue, {{agent_number, 3}});
  // It is asked again, and without pressing: it has nothing to do with them.
  EXPECT_EQ(decided(), lines{"queue 0 is asked for 1 of agent 0"});
}

TEST_F(slot_router_recovery_test, a_new_router_lends_what_is_left_over) {
  router.restart();
  EXPECT_EQ(leased("a"), 0u);
  router.set_held(queue, {{agent_number, 2}});
  router.restarted();
  want(queue, 5, 50);
  EXPECT_EQ(lent(), lines{"queue 0 gets 1 of a"});
  EXPECT_EQ(leased("a"), 3u);
}

TEST_F(slot_router_recovery_test, slots_that_come_back_are_lent_again) {
  router.restart();
  router.set_held(queue, {{agent_number, 3}});
  router.restarted();
  take_back(queue, agent_number, 2);
  want(add_queue(), 9, 50);
  EXPECT_EQ(lent(), lines{"queue 1 gets 2 of a"});
}

TEST_F(slot_router_recovery_test, an_agent_that_was_paused_still_is) {
  router.set_paused(agent_number, true);
  router.restart();
  router.set_held(queue, {{agent_number, 1}});
  router.restarted();
  EXPECT_TRUE(router.grant(agent_number, 1).is_draining);
  want(queue, 5, 50);
  EXPECT_EQ(lent(), lines{});
  EXPECT_TRUE(agent("a").is_paused);
}

TEST_F(slot_router_recovery_test, an_agent_that_was_draining_still_is) {
  router.drain_agent(agent_number, "being removed");
  router.restart();
  router.set_held(queue, {{agent_number, 1}});
  router.restarted();
  EXPECT_EQ(router.take_actions().drained, std::vector<uint32_t>{});
  EXPECT_EQ(agent("a").status, agent_status::offline);
  take_back(queue, agent_number, 1);
  EXPECT_EQ(router.take_actions().drained, std::vector{agent_number});
}

TEST_F(slot_router_recovery_test, a_draining_agent_without_slots_is_drained) {
  router.drain_agent(agent_number, "being removed");
  router.restart();
  router.restarted();
  EXPECT_EQ(router.take_actions().drained, std::vector{agent_number});
}

TEST_F(slot_router_recovery_test, a_draining_agent_is_not_drained_too_early) {
  router.drain_agent(agent_number, "being removed");
  router.take_actions();
  router.reset_queue(queue);
  router.set_held(queue, {{agent_number, 3}});
  EXPECT_EQ(router.take_actions().drained, std::vector<uint32_t>{});
}

TEST_F(slot_router_recovery_test, amounts_in_use_stay_in_use) {
  auto big = router
               .add_agent({.id = "big",
                           .capabilities = {"render"},
                           .max_concurrent = 4,
                           .resources = {{"gpu", 2}}})
               .value();
  auto renders = needs({"render"});
  renders.resources = {{"gpu", 1}};
  router.restart();
  auto lease = router.set_leased(queue, big, renders.resources, true);
  router.restarted();
  EXPECT_EQ(leased("big"), 1u);
  auto other = add_queue();
  want(other, 2, 50, renders);
  EXPECT_EQ(lent(), lines{"queue 1 gets 1 of big"});
  router.give_back_leases(queue, {{lease, true}});
  EXPECT_EQ(lent(), lines{"queue 1 gets 1 of big"});
}

TEST_F(slot_router_recovery_test, a_new_queue_has_no_leases_of_the_last) {
  auto big = router
               .add_agent({.id = "big",
                           .capabilities = {"render"},
                           .max_concurrent = 4,
                           .resources = {{"gpu", 1}}})
               .value();
  auto renders = needs({"render"});
  renders.resources = {{"gpu", 1}};
  router.set_leased(queue, big, renders.resources, true);
  router.reset_queue(queue);
  router.set_held(queue, {});
  EXPECT_EQ(leased("big"), 0u);
  want(queue, 1, 50, renders);
  EXPECT_EQ(lent(), lines{"queue 0 gets 1 of big"});
}

} // namespace troupe::core
