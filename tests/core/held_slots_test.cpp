#include "core/held_slots.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

namespace {

constexpr uint64_t any_number = UINT64_MAX;

class held_slots_test : public testing::Test {
protected:
  void grant(uint32_t agent, uint32_t count,
             std::vector<std::string> can = {"scan"},
             bool is_draining = false) {
    agent_spec spec;
    spec.id = "agent-" + std::to_string(agent);
    spec.capabilities = std::move(can);
    spec.max_concurrent = 4;
    slots.granted({agent, std::make_shared<const agent_spec>(std::move(spec)),
                   count, is_draining});
  }

  std::optional<uint32_t> choose(int32_t priority = 50,
                                 const std::string* preferred = nullptr,
                                 bool takes_others = true) {
    auto* found = slots.choose(classes, scan, priority, preferred,
                               takes_others);
    if (found == nullptr)
      return std::nullopt;
    return found->agent;
  }

  std::vector<slot_count> give_back(uint64_t idle_max = any_number) {
    std::vector<slot_count> returned;
    slots.give_back(idle_max, returned);
    return returned;
  }

  static task_spec scanning() {
    task_spec spec;
    spec.capabilities = {"scan"};
    return spec;
  }

  held_slots slots{routing_strategy::least_loaded};
  demand_classes classes{false};
  uint32_t scan = classes.of(scanning());
};

using returns = std::vector<slot_count>;

} // namespace

TEST_F(held_slots_test, chooses_the_agent_with_the_smallest_share_in_use) {
  grant(0, 2);
  grant(1, 2);
  EXPECT_EQ(choose(), 0u);
  slots.take(0);
  EXPECT_EQ(choose(), 1u);
  slots.take(1);
  slots.take(1);
  EXPECT_EQ(choose(), 0u);
  slots.take(0);
  EXPECT_EQ(choose(), std::nullopt);
  slots.release(1);
  EXPECT_EQ(choose(), 1u);
}

TEST_F(held_slots_test, takes_turns_if_asked_to) {
  slots = held_slots{routing_strategy::round_robin};
  for (uint32_t agent : {0, 1, 2})
    grant(agent, 2);
  slots.take(1);
  EXPECT_EQ(choose(), 2u);
  slots.take(2);
  EXPECT_EQ(choose(), 0u);
}

TEST_F(held_slots_test, passes_over_agents_that_cannot_do_it) {
  grant(0, 1, {"sort"});
  EXPECT_EQ(choose(), std::nullopt);
  grant(1, 1, {"sort", "scan"});
  EXPECT_EQ(choose(), 1u);
}

TEST_F(held_slots_test, the_preferred_agent_comes_first) {
  grant(0, 2);
  grant(1, 2);
  slots.take(1);
  std::string preferred = "agent-1";
  EXPECT_EQ(choose(50, &preferred), 1u);
  slots.take(1);
  EXPECT_EQ(choose(50, &preferred), 0u);
  EXPECT_EQ(choose(50, &preferred, false), std::nullopt);
}

TEST_F(held_slots_test, slots_owed_are_only_for_what_is_more_urgent) {
  grant(0, 1);
  slots.recalled({0, 1, true, 60, false});
  EXPECT_EQ(choose(60), std::nullopt);
  EXPECT_EQ(choose(61), 0u);
}

TEST_F(held_slots_test, slots_owed_go_back_when_they_are_free) {
  grant(0, 2);
  slots.take(0);
  slots.take(0);
  slots.recalled({0, 2, true, 60, false});
  EXPECT_EQ(give_back(), returns{});
  slots.release(0);
  EXPECT_EQ(give_back(), (returns{{0, 1}}));
  slots.release(0);
  EXPECT_EQ(give_back(), (returns{{0, 1}}));
  EXPECT_EQ(slots.total(), 0u);
}

TEST_F(held_slots_test, a_debt_ends_when_it_is_paid) {
  grant(0, 2);
  slots.recalled({0, 1, true, 60, false});
  EXPECT_EQ(give_back(), (returns{{0, 1}}));
  EXPECT_EQ(choose(10), 0u);
  EXPECT_EQ(give_back(), returns{});
}

TEST_F(held_slots_test, a_grant_settles_what_was_owed_before) {
  grant(0, 1);
  slots.take(0);
  slots.recalled({0, 1, true, 90, false});
  grant(0, 1);
  slots.recalled({0, 1, true, 60, false});
  EXPECT_EQ(choose(70), 0u);
  EXPECT_EQ(choose(60), std::nullopt);
}

TEST_F(held_slots_test, slots_asked_for_may_be_used_first) {
  grant(0, 1);
  slots.recalled({0, 1, false, 99, false});
  EXPECT_EQ(choose(10), 0u);
  EXPECT_EQ(give_back(), (returns{{0, 1}}));
}

TEST_F(held_slots_test, gives_back_idle_slots_beyond_the_bound) {
  grant(0, 2);
  grant(1, 2);
  slots.take(0);
  EXPECT_EQ(give_back(3), returns{});
  EXPECT_EQ(give_back(1), (returns{{0, 1}, {1, 1}}));
  EXPECT_EQ(slots.total(), 2u);
  EXPECT_EQ(give_back(0), (returns{{1, 1}}));
}

TEST_F(held_slots_test, a_draining_agent_takes_only_what_lives_on_it) {
  grant(0, 1, {"scan"}, true);
  EXPECT_EQ(choose(100), std::nullopt);
  auto resuming = classes.of_resuming(scanning(), "agent-0");
  auto* found = slots.choose(classes, resuming, 0, nullptr, true);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->agent, 0u);
  EXPECT_EQ(give_back(), (returns{{0, 1}}));
}

TEST_F(held_slots_test, an_agent_may_begin_to_drain_later) {
  grant(0, 2);
  slots.take(0);
  slots.recalled({0, 2, false, 0, true});
  EXPECT_EQ(choose(100), std::nullopt);
  EXPECT_EQ(give_back(), (returns{{0, 1}}));
  slots.release(0);
  EXPECT_EQ(give_back(), (returns{{0, 1}}));
}

TEST_F(held_slots_test, what_an_agent_lent_goes_with_it) {
  grant(0, 2);
  slots.take(0);
  slots.forget_agent(0);
  EXPECT_EQ(slots.total(), 0u);
  slots.release(0);
  EXPECT_EQ(give_back(0), returns{});
}

namespace {

class held_slots_nodes_test : public held_slots_test {
protected:
  void grant_on(const std::string& node, uint32_t agent, uint32_t count,
                label_map labels = {}) {
    agent_spec spec{.id = "agent-" + std::to_string(agent),
                    .capabilities = {"scan"},
                    .max_concurrent = 2};
    spec.node = node;
    spec.labels = std::move(labels);
    slots.granted(
      {agent, std::make_shared<const agent_spec>(std::move(spec)), count});
  }

  /// The agents of the next attempts, each of which begins.
  std::vector<uint32_t> next(int count) {
    std::vector<uint32_t> result;
    for (; count > 0; --count) {
      result.push_back(choose().value());
      slots.take(result.back());
    }
    return result;
  }
};

using agents = std::vector<uint32_t>;

} // namespace

TEST_F(held_slots_nodes_test, spreads_over_nodes_and_then_over_agents) {
  slots = held_slots{routing_strategy::spread};
  grant_on("a", 0, 2);
  grant_on("a", 1, 2);
  grant_on("b", 2, 2);
  // `a` has twice as many slots.
  EXPECT_EQ(next(6), (agents{0, 2, 1, 0, 2, 1}));
}

TEST_F(held_slots_nodes_test, fills_a_node_before_the_next_is_used) {
  slots = held_slots{routing_strategy::pack};
  grant_on("a", 0, 2);
  grant_on("b", 1, 2);
  grant_on("b", 2, 2);
  grant_on("a", 3, 2);
  EXPECT_EQ(next(5), (agents{0, 3, 0, 3, 1}));
  // The fuller one is filled up.
  slots.release(0);
  slots.take(2);
  EXPECT_EQ(next(2), (agents{0, 1}));
}

TEST_F(held_slots_nodes_test, who_left_does_not_count) {
  slots = held_slots{routing_strategy::spread};
  grant_on("a", 0, 2);
  grant_on("a", 1, 2);
  grant_on("b", 2, 2);
  EXPECT_EQ(next(3), (agents{0, 2, 1}));
  // With agent 0 one of two slots of `a` is in use, as of `b`.
  slots.forget_agent(0);
  EXPECT_EQ(next(2), (agents{1, 2}));
  slots.release(1);
  slots.release(1);
  give_back(0);
  grant_on("a", 1, 2);
  EXPECT_EQ(next(2), (agents{1, 1}));
}

TEST_F(held_slots_nodes_test, who_meets_more_wishes_for_labels_comes_first) {
  grant_on("", 0, 2);
  grant_on("", 1, 2, {{"gpu", "a"}});
  grant_on("", 2, 1, {{"gpu", "a"}, {"zone", "eu"}});
  auto spec = scanning();
  spec.placement = placement{{}, {{"gpu"}, {"zone"}}};
  scan = classes.of(spec);
  EXPECT_EQ(choose(50, nullptr, false), 2u);
  slots.take(2);
  // First it has to be asked whether there is a better one.
  EXPECT_EQ(choose(50, nullptr, false), std::nullopt);
  EXPECT_EQ(next(4), (agents{1, 1, 0, 0}));
}

TEST_F(held_slots_nodes_test, a_preferred_agent_comes_before_labels) {
  grant_on("", 0, 2, {{"gpu", "a"}});
  grant_on("", 1, 2);
  auto spec = scanning();
  spec.placement = placement{{}, {{"gpu"}}};
  scan = classes.of(spec);
  std::string preferred = "agent-1";
  EXPECT_EQ(choose(50, &preferred), 1u);
  EXPECT_EQ(choose(50, &preferred, false), 1u);
  slots.take(1);
  slots.take(1);
  EXPECT_EQ(choose(50, &preferred, false), std::nullopt);
  EXPECT_EQ(choose(50, &preferred), 0u);
}

} // namespace troupe::core
