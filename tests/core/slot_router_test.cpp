#include "core/slot_router.hpp"

#include "tests/core/slot_router_fixture.hpp"

namespace troupe::core {

namespace {

class slot_router_test : public slot_router_fixture {};

} // namespace

// -- lending ------------------------------------------------------------------

TEST_F(slot_router_test, the_most_urgent_want_goes_first) {
  add_agent("a", 1);
  want(add_queue(), 1, 50);
  want(add_queue(), 1, 75);
  want(add_queue(), 1, 25);
  EXPECT_EQ(lent(), lines{"queue 1 gets 1 of a"});
  EXPECT_EQ(leased("a"), 1u);
}

TEST_F(slot_router_test, among_equals_who_holds_the_fewest_goes_first) {
  add_agent("a", 2);
  auto rich = add_queue();
  want(rich, 1);
  EXPECT_EQ(decided(), lines{"queue 0 gets 1 of a"});
  want(rich, 1);
  want(add_queue(), 1);
  EXPECT_EQ(lent(), lines{"queue 1 gets 1 of a"});
}

TEST_F(slot_router_test, equals_share_what_is_free) {
  add_agent("a", 6);
  for (int i = 0; i < 3; ++i)
    want(add_queue(), 8);
  EXPECT_EQ(lent(), (lines{"queue 0 gets 2 of a", "queue 1 gets 2 of a",
                           "queue 2 gets 2 of a"}));
}

TEST_F(slot_router_test, the_most_urgent_class_of_a_queue_counts) {
  add_agent("a", 1, {"scan", "print"});
  auto queue = add_queue();
  want(queue, 1, 25, needs({"scan"}), 0);
  want(queue, 1, 75, needs({"print"}), 1);
  want(add_queue(), 1, 50);
  EXPECT_EQ(lent(), lines{"queue 0 gets 1 of a"});
}

TEST_F(slot_router_test, lends_no_more_than_is_wanted) {
  add_agent("a", 8);
  want(add_queue(), 3);
  EXPECT_EQ(decided(), lines{"queue 0 gets 3 of a"});
  EXPECT_EQ(decided(), lines{});
}

TEST_F(slot_router_test, a_want_waits_until_it_can_be_served) {
  auto queue = add_queue();
  want(queue, 2);
  EXPECT_EQ(decided(), lines{});
  auto agent = add_agent("a", 1);
  EXPECT_EQ(decided(), lines{"queue 0 gets 1 of a"});
  take_back(queue, agent, 1);
  EXPECT_EQ(decided(), lines{"queue 0 gets 1 of a"});
  take_back(queue, agent, 1);
  EXPECT_EQ(decided(), lines{});
}

TEST_F(slot_router_test, a_want_replaces_the_one_before_of_its_class) {
  auto queue = add_queue();
  want(queue, 8);
  want(queue, 1, 50, needs({"scan"}), 1);
  want(queue, 2);
  add_agent("a", 9);
  EXPECT_EQ(decided(), lines{"queue 0 gets 3 of a"});
}

TEST_F(slot_router_test, a_want_of_nothing_is_forgotten) {
  auto queue = add_queue();
  want(queue, 8);
  want(queue, 0);
  add_agent("a", 1);
  EXPECT_EQ(decided(), lines{});
}

TEST_F(slot_router_test, what_nobody_can_do_holds_up_nobody) {
  add_agent("a", 1);
  want(add_queue(), 1, 100, needs({"dance"}));
  want(add_queue(), 1, 0);
  EXPECT_EQ(lent(), lines{"queue 1 gets 1 of a"});
}

TEST_F(slot_router_test, a_bound_holds_over_all_agents) {
  router = slot_router{3};
  add_agent("a", 2);
  auto b = add_agent("b", 4);
  auto queue = add_queue();
  want(queue, 8);
  EXPECT_EQ(decided(), (lines{"queue 0 gets 1 of a", "queue 0 gets 2 of b"}));
  take_back(queue, b, 1);
  EXPECT_EQ(decided().size(), 1u);
  EXPECT_EQ(leased("a") + leased("b"), 3u);
}

TEST_F(slot_router_test, more_is_given_back_than_was_lent_counts_once) {
  auto agent = add_agent("a", 2);
  auto queue = add_queue();
  want(queue, 1);
  decided();
  take_back(queue, agent, 5);
  EXPECT_EQ(leased("a"), 0u);
  take_back(queue, agent, 1);
  EXPECT_EQ(leased("a"), 0u);
}

// -- which agent --------------------------------------------------------------

TEST_F(slot_router_test, least_loaded_takes_the_largest_share_of_free_slots) {
  add_agent("a", 2);
  add_agent("b", 4);
  auto queue = add_queue(routing_strategy::least_loaded);
  lines order;
  for (int i = 0; i < 6; ++i)
    order.push_back(next_agent(queue));
  // Shares of free slots before each: 1 1, 1/2 1, 1/2 3/4, 1/2 1/2, 0 1/2.
  EXPECT_EQ(order, (lines{"a", "b", "b", "a", "b", "b"}));
}

TEST_F(slot_router_test, a_new_sticky_key_goes_to_the_least_loaded) {
  add_agent("a", 2);
  add_agent("b", 2);
  want(add_queue(routing_strategy::sticky), 2);
  EXPECT_EQ(decided(), (lines{"queue 0 gets 1 of a", "queue 0 gets 1 of b"}));
}

TEST_F(slot_router_test, round_robin_takes_one_after_the_other) {
  for (auto* id : {"a", "b", "c"})
    add_agent(id, 2);
  auto queue = add_queue(routing_strategy::round_robin);
  auto other = add_queue(routing_strategy::round_robin);
  lines order{next_agent(queue), next_agent(queue)};
  // Each queue goes its own round.
  EXPECT_EQ(next_agent(other), order[0]);
  order.push_back(next_agent(queue));
  // Past who has nothing free.
  order.push_back(next_agent(queue));
  EXPECT_EQ(order, (lines{"a", "b", "c", "b"}));
}

TEST_F(slot_router_test, a_preferred_agent_gets_it_if_it_has_a_free_slot) {
  add_agent("a", 4);
  add_agent("b", 1);
  auto queue = add_queue();
  want(queue, 1, 50, needs_on("b", agent_wish::prefer), 7);
  EXPECT_EQ(decided(),
            (lines{"queue 0 gets 1 of b", "queue 0 is answered on 7"}));
  want(queue, 1, 50, needs_on("b", agent_wish::prefer), 7);
  EXPECT_EQ(decided(),
            (lines{"queue 0 gets 1 of a", "queue 0 is answered on 7"}));
}

TEST_F(slot_router_test, also_an_unserved_preference_is_answered_once) {
  auto queue = add_queue();
  want(queue, 4, 50, needs_on("b", agent_wish::prefer), 2);
  EXPECT_EQ(decided(), lines{"queue 0 is answered on 2"});
  want(queue, 4, 50, needs_on("b", agent_wish::require), 2);
  EXPECT_EQ(decided(), lines{});
}

TEST_F(slot_router_test, a_required_agent_is_waited_for) {
  add_agent("a", 1);
  auto b = add_agent("b", 1);
  auto other = add_queue();
  want(other, 1, 50, needs_on("b", agent_wish::require));
  decided();
  want(add_queue(), 1, 50, needs_on("b", agent_wish::require));
  EXPECT_EQ(decided(), lines{"queue 0 is asked for 1 of agent 1"});
  take_back(other, b, 1);
  EXPECT_EQ(decided(), lines{"queue 1 gets 1 of b"});
}

// -- offline ------------------------------------------------------------------

TEST_F(slot_router_test, lends_nothing_of_an_agent_that_is_offline) {
  auto a = add_agent("a", 2);
  auto queue = add_queue();
  want(queue, 1);
  EXPECT_EQ(decided(), lines{"queue 0 gets 1 of a"});
  EXPECT_TRUE(router.set_offline(a, true, "it hangs"));
  EXPECT_FALSE(router.set_offline(a, true, "it hangs still"));
  EXPECT_EQ(agent("a").status, agent_status::offline);
  EXPECT_EQ(agent("a").note, "it hangs still");
  EXPECT_EQ(router.explain(needs({"scan"})),
            "no agent that has [scan] takes work; a is offline: it hangs "
            "still");
  want(queue, 1);
  EXPECT_EQ(decided(), lines{"queue 0 is to leave 1 of agent 0"});
  take_back(queue, a, 1);
  EXPECT_EQ(decided(), lines{});
  EXPECT_TRUE(last.drained.empty());
  EXPECT_TRUE(router.set_offline(a, false, {}));
  EXPECT_EQ(decided(), lines{"queue 0 gets 1 of a"});
  EXPECT_EQ(agent("a").status, agent_status::idle);
  EXPECT_EQ(agent("a").note, "");
}

TEST_F(slot_router_test, an_agent_that_leaves_stays_offline) {
  auto a = add_agent("a", 1);
  router.drain_agent(a, "leaves");
  router.set_offline(a, true, "it hangs");
  EXPECT_EQ(agent("a").note, "leaves");
  router.set_offline(a, false, {});
  EXPECT_EQ(agent("a").status, agent_status::offline);
  router.drop_agent(a);
  EXPECT_FALSE(router.set_offline(a, true, "gone"));
}

TEST_F(slot_router_test, counts_threads_that_do_not_come_back) {
  auto a = add_agent("a", 1);
  router.set_abandoned(a, 3);
  EXPECT_EQ(agent("a").abandoned, 3u);
}

// -- paused -------------------------------------------------------------------

TEST_F(slot_router_test, lends_nothing_of_an_agent_that_is_paused) {
  auto a = add_agent("a", 2);
  auto queue = add_queue();
  want(queue, 1);
  EXPECT_EQ(decided(), lines{"queue 0 gets 1 of a"});
  EXPECT_TRUE(router.set_paused(a, true));
  EXPECT_FALSE(router.set_paused(a, true));
  EXPECT_TRUE(agent("a").is_paused);
  EXPECT_EQ(agent("a").status, agent_status::offline);
  EXPECT_EQ(agent("a").note, "paused");
  EXPECT_EQ(router.explain(needs({"scan"})),
            "no agent that has [scan] takes work; a is paused");
  want(queue, 1);
  EXPECT_EQ(decided(), lines{"queue 0 is to leave 1 of agent 0"});
  take_back(queue, a, 1);
  EXPECT_EQ(decided(), lines{});
  // It is not to leave.
  EXPECT_TRUE(last.drained.empty());
  EXPECT_TRUE(router.set_paused(a, false));
  EXPECT_FALSE(router.set_paused(a, false));
  EXPECT_EQ(decided(), lines{"queue 0 gets 1 of a"});
  EXPECT_FALSE(last.lines.at(0).grants.at(0).is_draining);
  EXPECT_FALSE(agent("a").is_paused);
  EXPECT_EQ(agent("a").status, agent_status::idle);
  EXPECT_EQ(agent("a").note, "");
}

TEST_F(slot_router_test, a_paused_agent_serves_who_lives_on_it) {
  router.set_paused(add_agent("a", 1), true);
  auto queue = add_queue();
  want(queue, 1);
  EXPECT_EQ(decided(), lines{});
  auto resuming = needs_on("a", agent_wish::require);
  resuming.is_resuming = true;
  want(queue, 1, 50, resuming, 1);
  EXPECT_EQ(decided(), lines{"queue 0 gets 1 of a"});
  EXPECT_TRUE(last.lines.at(0).grants.at(0).is_draining);
}

TEST_F(slot_router_test, a_pause_that_nobody_was_told_of_asks_for_nothing) {
  auto a = add_agent("a", 2);
  want(add_queue(), 1);
  decided();
  router.set_paused(a, true);
  router.set_paused(a, false);
  EXPECT_EQ(decided(), lines{});
}

TEST_F(slot_router_test, a_pause_and_threads_that_hang_are_two_things) {
  auto a = add_agent("a", 1);
  add_agent("b", 1);
  auto queue = add_queue();
  router.set_paused(a, true);
  router.set_offline(a, true, "it hangs");
  EXPECT_EQ(agent("a").note, "paused; it hangs");
  EXPECT_EQ(router.explain(needs({"scan"})),
            "waits for a free slot of b (0 of 1 slots lent); a is offline: it "
            "hangs; a is paused");
  EXPECT_TRUE(router.set_offline(a, false, {}));
  want(queue, 1, 50, needs_on("a", agent_wish::require));
  EXPECT_EQ(decided(), lines{});
  router.set_offline(a, true, "it hangs");
  EXPECT_TRUE(router.set_paused(a, false));
  EXPECT_EQ(decided(), lines{});
  router.set_offline(a, false, {});
  EXPECT_EQ(decided(), lines{"queue 0 gets 1 of a"});
}

TEST_F(slot_router_test, who_takes_over_is_paused_as_the_last_one_was) {
  router.set_paused(add_agent("a", 1), true);
  router.drop_agent(0);
  ASSERT_TRUE(router.add_agent({.id = "a"}, true));
  EXPECT_TRUE(agent("a").is_paused);
  router.drop_agent(1);
  // Not one that has only its name.
  ASSERT_TRUE(router.add_agent({.id = "a"}));
  EXPECT_FALSE(agent("a").is_paused);
  router.drop_agent(2);
  EXPECT_FALSE(router.set_paused(2, true));
  ASSERT_TRUE(router.add_agent({.id = "a"}, true));
  EXPECT_FALSE(agent("a").is_paused);
}

// -- explaining ---------------------------------------------------------------

TEST_F(slot_router_test, explains_what_a_task_waits_for) {
  add_agent("a", 1, {"scan", "ocr"});
  add_agent("b", 2, {"scan"});
  auto c = add_agent("c", 1, {"print"});
  want(add_queue(), 1);
  decided();
  EXPECT_EQ(router.explain(needs({"scan"})),
            "waits for a free slot of a (1 of 1 slots lent), b (0 of 2 slots "
            "lent)");
  EXPECT_EQ(router.explain(needs_on("b", agent_wish::require)),
            "waits for a free slot of b (0 of 2 slots lent)");
  EXPECT_EQ(router.explain(needs_on("d", agent_wish::require)),
            "no agent has [scan] on agent d");
  EXPECT_EQ(router.explain(needs({"dance"})), "no agent has [dance]");
  EXPECT_EQ(router.explain(needs({"scan", "dance"})),
            "no agent has [scan, dance]; a, b have some of it, none has all");
  EXPECT_EQ(router.explain(needs({"ocr", "print"})),
            "no agent has [ocr, print]; a, c have some of it, none has all");
  router.drop_agent(c);
  EXPECT_EQ(router.explain(needs({"ocr", "print"})),
            "no agent has [ocr, print]; a has some of it, none has all");
}

} // namespace troupe::core
