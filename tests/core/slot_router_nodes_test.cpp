#include "tests/core/slot_router_fixture.hpp"

namespace troupe::core {

namespace {

class slot_router_nodes_test : public slot_router_fixture {
protected:
  uint32_t add_agent_on(const std::string& node, const std::string& id,
                        uint32_t slots, label_map labels = {},
                        resource_amounts resources = {}) {
    agent_spec spec{.id = id,
                    .capabilities = {"scan"},
                    .max_concurrent = slots,
                    .labels = std::move(labels),
                    .resources = std::move(resources)};
    spec.node = node;
    return router.add_agent(std::move(spec)).value();
  }

  void add_node(const std::string& name, label_map labels = {},
                resource_amounts resources = {}) {
    EXPECT_TRUE(
      router.set_node({name, std::move(labels), std::move(resources)}));
  }

  static demand placed(const std::vector<std::string>& required,
                       const std::vector<std::string>& preferred = {}) {
    placement rules;
    for (auto& text : required)
      rules.required.push_back(parse_label_rule(text).value());
    for (auto& text : preferred)
      rules.preferred.push_back(parse_label_rule(text).value());
    auto x = needs({"scan"});
    x.placement = std::move(rules);
    return x;
  }

  static demand using_up(resource_amounts amounts) {
    auto x = needs({"scan"});
    x.resources = std::move(amounts);
    return x;
  }

  /// What is lent, and the leases of it.
  std::vector<uint64_t> leased_now() {
    router.allocate();
    last = router.take_actions();
    std::vector<uint64_t> result;
    for (auto& line : last.lines)
      for (auto& x : line.grants)
        if (x.lease != 0)
          result.push_back(x.lease);
    return result;
  }
};

} // namespace

TEST_F(slot_router_nodes_test, labels_of_the_node_count_for_its_agents) {
  add_node("north", {{"zone", "eu"}});
  add_node("south", {{"zone", "us"}});
  add_agent_on("north", "n", 4);
  add_agent_on("south", "s", 4);
  add_agent_on("south", "t", 1, {{"zone", "eu"}});
  add_agent("own", 4);
  auto queue = add_queue();
  want(queue, 9, 50, placed({"zone=eu"}));
  EXPECT_EQ(lent(), (lines{"queue 0 gets 1 of t", "queue 0 gets 4 of n"}));
}

TEST_F(slot_router_nodes_test, a_node_can_be_required_or_avoided) {
  add_node("north");
  add_node("south");
  add_agent_on("north", "n", 1);
  add_agent_on("south", "s", 1);
  add_agent("own", 1);
  auto queue = add_queue();
  want(queue, 3, 50, placed({"node=south"}));
  EXPECT_EQ(lent(), (lines{"queue 0 gets 1 of s"}));
  want(queue, 3, 50, placed({"!node"}), 1);
  EXPECT_EQ(lent(), (lines{"queue 0 gets 1 of own"}));
}

TEST_F(slot_router_nodes_test, preferred_labels_choose_and_do_not_wait) {
  add_agent_on("", "plain", 9);
  add_agent_on("", "one", 1, {{"gpu", "a"}});
  add_agent_on("", "both", 1, {{"gpu", "a"}, {"disk", "ssd"}});
  auto queue = add_queue();
  for (auto* expected : {"both", "one", "plain"}) {
    want(queue, 1, 50, placed({}, {"gpu", "disk=ssd"}));
    EXPECT_EQ(lent(), (lines{fmt::format("queue 0 gets 1 of {}", expected)}));
    EXPECT_EQ(last.lines[0].answered, std::vector<uint32_t>{0});
  }
}

TEST_F(slot_router_nodes_test, spreads_over_nodes_first) {
  add_node("north");
  add_node("south");
  add_agent_on("north", "n", 4);
  add_agent_on("south", "s", 2);
  add_agent_on("south", "t", 2);
  auto queue = add_queue(routing_strategy::spread);
  std::vector<std::string> order;
  for (auto i = 0; i < 8; ++i)
    order.push_back(next_agent(queue));
  EXPECT_EQ(order, (lines{"n", "s", "t", "n", "n", "s", "t", "n"}));
  EXPECT_EQ(next_agent(queue), "none");
}

TEST_F(slot_router_nodes_test, what_others_have_lent_of_a_node_counts) {
  add_node("north");
  add_node("south");
  add_agent_on("north", "n", 2);
  add_agent_on("north", "m", 2);
  add_agent_on("south", "s", 2);
  auto other = add_queue();
  auto only_n = needs_on("n", agent_wish::require);
  want(other, 2, 50, only_n);
  lent();
  auto queue = add_queue(routing_strategy::spread);
  // Two of four on north.
  EXPECT_EQ(next_agent(queue), "s");
  EXPECT_EQ(next_agent(queue), "m");
  EXPECT_EQ(next_agent(queue), "s");
}

TEST_F(slot_router_nodes_test, fills_a_node_before_the_next_is_used) {
  add_node("north");
  add_node("south");
  add_agent_on("north", "n", 2);
  add_agent_on("south", "s", 1);
  add_agent_on("north", "m", 2);
  auto queue = add_queue(routing_strategy::pack);
  std::vector<std::string> order;
  for (auto i = 0; i < 5; ++i)
    order.push_back(next_agent(queue));
  EXPECT_EQ(order, (lines{"n", "m", "n", "m", "s"}));
  // South is full and north is the fuller one that is not.
  take_back(queue, 0, 1);
  EXPECT_EQ(next_agent(queue), "n");
}

TEST_F(slot_router_nodes_test, agents_of_a_node_share_what_it_has) {
  add_node("north", {}, {{"cpu", 3}});
  auto n = add_agent_on("north", "n", 4, {}, {{"cpu", 2}});
  add_agent_on("north", "m", 4);
  auto queue = add_queue();
  want(queue, 9, 50, using_up({{"cpu", 1}}));
  auto leases = leased_now();
  ASSERT_EQ(leases.size(), 3u);
  EXPECT_LE(leased("n"), 2u);
  // With an agent that is gone its share of the node comes back.
  auto gone = leased("n");
  router.drop_agent(n);
  EXPECT_EQ(leased_now().size(), gone);
  EXPECT_EQ(leased("m"), 3u);
}

TEST_F(slot_router_nodes_test, an_agent_has_no_more_than_it_names) {
  add_node("north", {}, {{"cpu", 8}});
  add_agent_on("north", "n", 8, {}, {{"cpu", 2}});
  auto queue = add_queue();
  want(queue, 9, 50, using_up({{"cpu", 1}}));
  EXPECT_EQ(leased_now().size(), 2u);
  want(queue, 9, 50, using_up({{"cpu", 3}}), 1);
  EXPECT_EQ(leased_now().size(), 0u);
  EXPECT_EQ(router.explain(using_up({{"cpu", 3}})),
            "no agent has [scan] with 3 cpu; n has 2 cpu");
}

TEST_F(slot_router_nodes_test, a_big_one_does_not_starve_beside_small_ones) {
  add_node("north", {}, {{"cpu", 4}});
  add_agent_on("north", "n", 9);
  add_agent_on("north", "m", 9);
  auto small = add_queue();
  auto big = add_queue();
  want(small, 9, 50, using_up({{"cpu", 1}}));
  auto running = leased_now();
  ASSERT_EQ(running.size(), 4u);
  want(big, 1, 50, using_up({{"cpu", 4}}));
  // First it is the turn of the small ones, which wait for longer, then nothing
  // is lent on either agent until there is enough.
  std::vector<size_t> lent_then;
  auto is_served = false;
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_FALSE(is_served);
    router.give_back_leases(small, {{running[i]}});
    auto more = leased_now();
    lent_then.push_back(more.size());
    running.insert(running.end(), more.begin(), more.end());
    is_served = std::ranges::any_of(last.lines, [&](auto& x) {
      return x.queue == big && !x.grants.empty();
    });
  }
  EXPECT_TRUE(is_served);
  EXPECT_EQ(lent_then, (std::vector<size_t>{1, 0, 0, 0, 1}));
}

TEST_F(slot_router_nodes_test, nothing_is_reserved_beside_one_that_is_parked) {
  add_node("north", {}, {{"cpu", 2}});
  add_agent_on("north", "n", 2);
  add_agent_on("north", "m", 2);
  auto queue = add_queue();
  want(queue, 1, 50, using_up({{"cpu", 1}}));
  auto parent = leased_now();
  ASSERT_EQ(parent.size(), 1u);
  router.give_back_leases(queue, {{parent[0], false}});
  auto big = add_queue();
  want(big, 1, 50, using_up({{"cpu", 2}}));
  EXPECT_TRUE(leased_now().empty());
  // Its child is not kept from what is left of the node.
  want(queue, 1, 50, using_up({{"cpu", 1}}));
  EXPECT_EQ(leased_now().size(), 1u);
}

TEST_F(slot_router_nodes_test, a_new_router_knows_what_is_left_of_a_node) {
  add_node("north", {}, {{"cpu", 3}});
  auto n = add_agent_on("north", "n", 4);
  add_agent_on("north", "m", 4);
  auto queue = add_queue();
  want(queue, 9, 50, using_up({{"cpu", 1}}));
  ASSERT_EQ(leased_now().size(), 3u);
  router.restart();
  router.set_held(queue, {});
  auto first = router.set_leased(queue, n, {{"cpu", 1}}, true);
  router.set_leased(queue, n, {{"cpu", 1}}, false);
  router.restarted();
  want(queue, 9, 50, using_up({{"cpu", 1}}));
  EXPECT_EQ(leased_now().size(), 1u);
  router.give_back_leases(queue, {{first}});
  EXPECT_EQ(leased_now().size(), 1u);
  // Another queue in its place has none of them.
  router.reset_queue(queue);
  router.set_held(queue, {});
  want(queue, 9, 50, using_up({{"cpu", 1}}));
  EXPECT_EQ(leased_now().size(), 3u);
}

TEST_F(slot_router_nodes_test, a_node_that_has_agents_stays_as_it_is) {
  add_node("north", {{"zone", "eu"}});
  EXPECT_TRUE(router.set_node({"north", {{"zone", "us"}}, {}}));
  auto n = add_agent_on("north", "n", 1);
  EXPECT_TRUE(router.set_node({"north", {{"zone", "us"}}, {}}));
  EXPECT_FALSE(router.set_node({"north", {{"zone", "eu"}}, {}}));
  EXPECT_EQ(router.agents_of("north"), std::vector<uint32_t>{n});
  router.drop_agent(n);
  EXPECT_TRUE(router.set_node({"north", {{"zone", "eu"}}, {}}));
}

TEST_F(slot_router_nodes_test, a_node_goes_with_its_agents) {
  add_node("north");
  add_node("south");
  auto n = add_agent_on("north", "n", 1);
  auto m = add_agent_on("north", "m", 1);
  add_agent_on("south", "s", 1);
  want(add_queue(), 3);
  lent();
  router.drop_node("north");
  EXPECT_FALSE(router.has_node("north"));
  EXPECT_TRUE(router.has_node("south"));
  EXPECT_EQ(router.take_actions().gone, (std::vector<uint32_t>{n, m}));
  router.drop_node("north");
  router.drop_node("");
  EXPECT_TRUE(router.has_node(""));
  // It comes back with other labels.
  add_node("north", {{"zone", "eu"}});
  add_agent_on("north", "n", 1);
  want(add_queue(), 1, 50, placed({"zone=eu"}));
  EXPECT_EQ(lent(), (lines{"queue 1 gets 1 of n"}));
}

TEST_F(slot_router_nodes_test, shows_agents_as_they_came) {
  add_node("north", {{"zone", "eu"}}, {{"cpu", 4}});
  add_agent_on("north", "n", 1, {{"own", "x"}});
  EXPECT_EQ(agent("n").spec.node, "north");
  EXPECT_EQ(agent("n").spec.labels, (label_map{{"own", "x"}}));
  EXPECT_TRUE(agent("n").spec.resources.empty());
}

TEST_F(slot_router_nodes_test, says_which_label_no_agent_has) {
  EXPECT_EQ(router.explain(placed({"zone=eu"})),
            "no agent has [scan] where zone=eu");
  add_node("a", {{"zone", "us"}});
  add_node("b");
  add_agent_on("a", "x", 1);
  EXPECT_EQ(router.explain(placed({"zone=eu"})),
            "no agent has label zone=eu: agent 'x' can do [scan], on node a");
  add_agent_on("a", "y", 1);
  add_agent_on("b", "z", 1, {{"gpu", "a"}});
  add_agent("own", 1, {"print"});
  EXPECT_EQ(router.explain(placed({"zone=eu"})),
            "no agent has label zone=eu: 3 agents can do [scan], on nodes a, "
            "b");
  EXPECT_EQ(router.explain(placed({"zone=eu", "disk"})),
            "no agent has labels zone=eu, disk: 3 agents can do [scan], on "
            "nodes a, b");
  EXPECT_EQ(router.explain(placed({"zone=us", "gpu"})),
            "no agent has all of zone=us, gpu: 3 agents can do [scan], on "
            "nodes a, b");
  EXPECT_EQ(router.explain(placed({"zone=us"})),
            "waits for a free slot of x on node a (0 of 1 slots lent), y on "
            "node a (0 of 1 slots lent)");
  router.set_offline(0, true, "suspect");
  router.set_offline(1, true, "suspect");
  EXPECT_EQ(router.explain(placed({"zone=us"})),
            "no agent that has [scan] where zone=us takes work; x on node a is "
            "offline: suspect; y on node a is offline: suspect");
}

TEST_F(slot_router_nodes_test, names_a_few_of_many) {
  for (auto i = 0; i < 12; ++i)
    add_agent(fmt::format("a{}", i), 1);
  EXPECT_TRUE(router.explain(needs({"scan"}))
                .ends_with("a7 (0 of 1 slots lent), and 4 more"));
}

TEST_F(slot_router_nodes_test, says_what_a_node_lacks) {
  add_node("north", {}, {{"cpu", 4}});
  add_agent_on("north", "n", 4);
  add_agent_on("north", "m", 4, {}, {{"cpu", 2}});
  auto queue = add_queue();
  want(queue, 1, 50, using_up({{"cpu", 3}}));
  ASSERT_EQ(leased_now().size(), 1u);
  EXPECT_EQ(router.explain(using_up({{"cpu", 2}})),
            "waits for 2 cpu of n (1 of 4 cpu left on node north), m (1 of 4 "
            "cpu left on node north)");
}

} // namespace troupe::core
