// What slot_router asks back and of whom, and what becomes of slots when
// agents come and go.

#include "tests/core/slot_router_fixture.hpp"

namespace troupe::core {

namespace {

class slot_router_recall_test : public slot_router_fixture {
protected:
  /// The queue gets all slots of a new agent, and wants `more` afterwards.
  uint32_t add_holder(uint32_t slots, uint32_t more, int32_t priority) {
    agent_number = add_agent("a", slots);
    auto queue = add_queue();
    want(queue, slots + more, priority);
    lent();
    EXPECT_EQ(leased("a"), slots);
    return queue;
  }

  uint32_t agent_number = 0;
};

} // namespace

// -- recalls ------------------------------------------------------------------

TEST_F(slot_router_recall_test, a_less_urgent_line_owes_what_is_wanted) {
  add_holder(4, 8, 25);
  want(add_queue(), 2, 75);
  EXPECT_EQ(decided(), lines{"queue 0 owes 2 of agent 0"});
}

TEST_F(slot_router_recall_test, no_more_is_owed_than_is_held) {
  add_holder(4, 8, 25);
  want(add_queue(), 64, 75);
  EXPECT_EQ(decided(), (lines{"queue 0 owes 4 of agent 0"}));
}

TEST_F(slot_router_recall_test, who_is_less_urgent_presses_nobody) {
  add_holder(4, 8, 75);
  want(add_queue(), 2, 25);
  EXPECT_EQ(decided(), lines{"queue 0 is asked for 2 of agent 0"});
}

TEST_F(slot_router_recall_test, the_most_urgent_want_of_a_holder_counts) {
  auto holder = add_holder(4, 8, 25);
  want(holder, 1, 75, needs({"dance"}), 1);
  want(add_queue(), 2, 50);
  EXPECT_EQ(decided(), lines{"queue 0 is asked for 2 of agent 0"});
}

TEST_F(slot_router_recall_test, who_wants_nothing_is_asked_without_pressing) {
  add_holder(4, 0, 25);
  want(add_queue(), 2, 100);
  EXPECT_EQ(decided(), lines{"queue 0 is asked for 2 of agent 0"});
}

TEST_F(slot_router_recall_test, asks_of_every_agent_that_can_do_it) {
  // Only the holder knows that one of them is idle.
  auto holder = add_queue();
  add_agent("a", 1);
  add_agent("b", 1);
  want(holder, 2, 50);
  lent();
  want(add_queue(), 1, 25);
  EXPECT_EQ(decided(), (lines{"queue 0 is asked for 1 of agent 0",
                              "queue 0 is asked for 1 of agent 1"}));
}

TEST_F(slot_router_recall_test, asks_for_one_agent_while_another_is_awaited) {
  auto holder = add_queue();
  add_agent("a", 1, {"scan"});
  add_agent("b", 1, {"print"});
  want(holder, 1, 50, needs({"scan"}), 0);
  want(holder, 1, 50, needs({"print"}), 1);
  lent();
  want(add_queue(), 1, 50, needs({"scan"}));
  EXPECT_EQ(decided(), lines{"queue 0 is asked for 1 of agent 0"});
  want(add_queue(), 1, 50, needs({"print"}));
  EXPECT_EQ(decided(), lines{"queue 0 is asked for 1 of agent 1"});
}

TEST_F(slot_router_recall_test, who_is_lent_more_owes_nothing_of_before) {
  auto holder = add_holder(2, 0, 25);
  auto urgent = add_queue();
  want(holder, 1, 25);
  take_back(holder, agent_number, 1);
  want(urgent, 2, 75);
  EXPECT_EQ(decided(),
            (lines{"queue 0 owes 1 of agent 0", "queue 1 gets 1 of a",
                   "queue 1 is asked for 1 of agent 0"}));
  want(urgent, 0);
  take_back(urgent, agent_number, 1);
  EXPECT_EQ(lent(), lines{"queue 0 gets 1 of a"});
  want(holder, 1, 25);
  want(urgent, 1, 75);
  EXPECT_EQ(decided(), lines{"queue 0 owes 1 of agent 0"});
}

TEST_F(slot_router_recall_test, equals_meet_in_the_middle) {
  auto holder = add_holder(5, 8, 50);
  auto newcomer = add_queue();
  want(newcomer, 8, 50);
  // It is asked for as well: both want more than there is.
  EXPECT_EQ(decided(), lines{"queue 0 owes 2 of agent 0"});
  take_back(holder, agent_number, 2);
  EXPECT_EQ(lent(), lines{"queue 1 gets 2 of a"});
}

TEST_F(slot_router_recall_test, equals_one_slot_apart_press_nobody) {
  auto holder = add_holder(3, 8, 50);
  auto newcomer = add_queue();
  want(newcomer, 8, 50);
  decided();
  take_back(holder, agent_number, 1);
  EXPECT_EQ(lent(), lines{"queue 1 gets 1 of a"});
  for (auto& line : last.lines)
    for (auto& recall : line.recalls)
      EXPECT_FALSE(recall.is_pressing);
}

TEST_F(slot_router_recall_test, tasks_above_what_it_is_for_may_go_first) {
  add_holder(4, 8, 25);
  want(add_queue(), 2, 75);
  decided();
  // As urgent as the want: the queue's own go first, so slots do not go to and
  // fro between two that are.
  EXPECT_EQ(last.lines.at(0).recalls.at(0).priority, 74);
}

TEST_F(slot_router_recall_test, to_share_equally_only_more_urgent_go_first) {
  add_holder(4, 8, 50);
  want(add_queue(), 2, 50);
  decided();
  EXPECT_EQ(last.lines.at(0).recalls.at(0).priority, 50);
}

TEST_F(slot_router_recall_test, nobody_is_asked_while_something_is_free) {
  add_holder(1, 0, 25);
  add_agent("b", 1);
  want(add_queue(), 1, 75);
  EXPECT_EQ(decided(), lines{"queue 1 gets 1 of b"});
}

TEST_F(slot_router_recall_test, nobody_is_asked_again_while_it_is_on_its_way) {
  auto holder = add_holder(4, 8, 25);
  auto urgent = add_queue();
  want(urgent, 2, 75);
  EXPECT_EQ(decided(), lines{"queue 0 owes 2 of agent 0"});
  EXPECT_EQ(decided(), lines{});
  take_back(holder, agent_number, 2);
  EXPECT_EQ(lent(), lines{"queue 1 gets 2 of a"});
  want(urgent, 1, 75);
  EXPECT_EQ(decided(), lines{"queue 0 owes 1 of agent 0"});
}

TEST_F(slot_router_recall_test, who_was_asked_can_still_be_pressed) {
  auto holder = add_holder(4, 0, 25);
  want(add_queue(), 2, 75);
  EXPECT_EQ(decided(), lines{"queue 0 is asked for 2 of agent 0"});
  want(holder, 8, 25);
  EXPECT_EQ(decided(), lines{"queue 0 owes 2 of agent 0"});
}

TEST_F(slot_router_recall_test, only_slots_of_use_are_asked_for) {
  add_holder(2, 8, 25);
  auto holder = add_queue();
  add_agent("b", 1, {"print"});
  want(holder, 4, 25, needs({"print"}));
  EXPECT_EQ(lent(), lines{"queue 1 gets 1 of b"});
  want(add_queue(), 2, 75, needs({"print"}));
  EXPECT_EQ(decided(), lines{"queue 1 owes 1 of agent 1"});
}

TEST_F(slot_router_recall_test, any_slot_is_of_use_against_the_bound) {
  router = slot_router{1};
  add_holder(1, 0, 25);
  add_agent("b", 1, {"print"});
  auto other = add_queue();
  want(other, 1, 50, needs({"print"}));
  EXPECT_EQ(decided(), lines{"queue 0 is asked for 1 of agent 0"});
  take_back(0, agent_number, 1);
  EXPECT_EQ(decided(), lines{"queue 1 gets 1 of b"});
}

TEST_F(slot_router_recall_test, what_nobody_can_do_recalls_nothing) {
  router = slot_router{1};
  add_holder(1, 0, 25);
  want(add_queue(), 1, 75, needs({"dance"}));
  EXPECT_EQ(decided(), lines{});
}

// -- agents that leave --------------------------------------------------------

TEST_F(slot_router_recall_test, a_draining_agent_is_left_by_all) {
  auto holder = add_holder(3, 8, 100);
  router.drain_agent(agent_number, "going home");
  EXPECT_EQ(decided(), lines{"queue 0 is to leave 3 of agent 0"});
  take_back(holder, agent_number, 2);
  EXPECT_EQ(decided(), lines{});
  EXPECT_TRUE(last.drained.empty());
  take_back(holder, agent_number, 1);
  EXPECT_EQ(decided(), lines{});
  EXPECT_EQ(last.drained, std::vector{agent_number});
}

TEST_F(slot_router_recall_test, an_idle_agent_is_drained_at_once) {
  auto agent = add_agent("a", 2);
  router.drain_agent(agent, "going home");
  EXPECT_EQ(router.take_actions().drained, std::vector{agent});
}

TEST_F(slot_router_recall_test, a_draining_agent_serves_who_lives_on_it) {
  auto agent = add_agent("a", 1);
  router.drain_agent(agent, "going home");
  auto queue = add_queue();
  want(queue, 1);
  EXPECT_EQ(decided(), lines{});
  auto resuming = needs_on("a", agent_wish::require);
  resuming.is_resuming = true;
  want(queue, 1, 50, resuming, 1);
  EXPECT_EQ(decided(), lines{"queue 0 gets 1 of a"});
  EXPECT_TRUE(last.lines.at(0).grants.at(0).is_draining);
  take_back(queue, agent, 1);
  EXPECT_EQ(decided(), lines{});
  EXPECT_EQ(last.drained, std::vector{agent});
}

TEST_F(slot_router_recall_test, a_draining_agent_is_offline) {
  auto number = add_agent("a", 2);
  router.drain_agent(number, "going home");
  EXPECT_EQ(agent("a").status, agent_status::offline);
  EXPECT_EQ(agent("a").note, "going home");
  EXPECT_EQ(router.explain(needs({"scan"})), "no agent has [scan]");
  EXPECT_FALSE(router.add_agent({.id = "a"}));
}

TEST_F(slot_router_recall_test, an_agent_that_is_gone_takes_its_slots_along) {
  router = slot_router{2};
  add_holder(2, 8, 50);
  auto other = add_agent("b", 3);
  router.drop_agent(agent_number);
  EXPECT_EQ(router.find_agent("a"), std::nullopt);
  EXPECT_EQ(lent(), lines{"queue 0 gets 2 of b"});
  EXPECT_EQ(last.gone, std::vector{agent_number});
  // What comes late is nobody's.
  take_back(0, agent_number, 2);
  EXPECT_EQ(leased("b"), 2u);
  take_back(0, other, 1);
  EXPECT_EQ(lent(), lines{"queue 0 gets 1 of b"});
}

TEST_F(slot_router_recall_test, an_agent_goes_only_once) {
  auto agent = add_agent("a", 2);
  router.drop_agent(agent);
  router.drop_agent(agent);
  router.drain_agent(agent, "too late");
  auto actions = router.take_actions();
  EXPECT_EQ(actions.gone, std::vector{agent});
  EXPECT_TRUE(actions.drained.empty());
  EXPECT_TRUE(router.agents().empty());
}

TEST_F(slot_router_recall_test, who_comes_back_is_another) {
  auto before = add_agent("a", 2);
  EXPECT_EQ(router.add_agent({.id = "a"}), std::nullopt);
  router.drop_agent(before);
  auto now = add_agent("a", 1);
  EXPECT_NE(before, now);
  EXPECT_EQ(router.find_agent("a"), now);
  want(add_queue(), 8);
  EXPECT_EQ(lent(), lines{"queue 0 gets 1 of a"});
  EXPECT_EQ(last.lines.at(0).grants.at(0).agent, now);
}

TEST_F(slot_router_recall_test, open_recalls_go_with_their_agent) {
  auto holder = add_holder(2, 8, 25);
  auto urgent = add_queue();
  want(urgent, 4, 75);
  EXPECT_EQ(decided(), lines{"queue 0 owes 2 of agent 0"});
  router.drop_agent(agent_number);
  want(urgent, 0);
  add_agent("b", 2);
  EXPECT_EQ(lent(), lines{"queue 0 gets 2 of b"});
  want(urgent, 1, 75);
  EXPECT_EQ(decided(), lines{"queue 0 owes 1 of agent 1"});
  take_back(holder, 1, 1);
  EXPECT_EQ(lent(), lines{"queue 1 gets 1 of b"});
}

TEST_F(slot_router_recall_test, knows_how_agents_are) {
  auto number = add_agent("a", 2);
  EXPECT_EQ(agent("a").status, agent_status::idle);
  want(add_queue(), 2);
  lent();
  EXPECT_EQ(agent("a").status, agent_status::idle);
  router.set_running(number, 1);
  EXPECT_EQ(agent("a").status, agent_status::busy);
  EXPECT_EQ(agent("a").running, 1u);
  EXPECT_EQ(agent("a").leased, 2u);
}

} // namespace troupe::core
