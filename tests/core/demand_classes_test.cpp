#include "core/demand_classes.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

namespace {

task_spec spec_that_needs(std::vector<std::string> capabilities,
                          std::string key = {}) {
  task_spec spec;
  spec.capabilities = std::move(capabilities);
  spec.sticky_key = std::move(key);
  return spec;
}

std::shared_ptr<const agent_spec>
agent(std::string id, std::vector<std::string> can, std::string node = {}) {
  agent_spec spec;
  spec.node = std::move(node);
  spec.id = std::move(id);
  spec.capabilities = std::move(can);
  return std::make_shared<const agent_spec>(std::move(spec));
}

} // namespace

TEST(demand_classes_test, tasks_with_equal_needs_share_a_number) {
  demand_classes classes{false};
  auto scan = classes.of(spec_that_needs({"scan"}));
  auto sort = classes.of(spec_that_needs({"sort"}));
  EXPECT_NE(scan, sort);
  EXPECT_EQ(classes.of(spec_that_needs({"scan"})), scan);
  EXPECT_EQ(classes.of(spec_that_needs({"sort"})), sort);
  EXPECT_EQ(classes.size(), 2u);
  EXPECT_EQ(classes.at(sort)->capabilities, std::vector<std::string>{"sort"});
}

TEST(demand_classes_test, a_wish_for_an_agent_makes_a_class_of_its_own) {
  demand_classes classes{false};
  auto any = classes.of(spec_that_needs({"scan"}));
  auto spec = spec_that_needs({"scan"});
  spec.agent = "a";
  auto prefers = classes.of(spec);
  spec.wish = agent_wish::require;
  auto requires_it = classes.of(spec);
  EXPECT_NE(prefers, any);
  EXPECT_NE(requires_it, any);
  EXPECT_NE(requires_it, prefers);
}

TEST(demand_classes_test, who_goes_on_needs_the_agent_it_lives_on) {
  demand_classes classes{false};
  auto waiting = classes.of(spec_that_needs({"scan"}));
  auto resuming = classes.of_resuming(spec_that_needs({"scan"}), "a");
  EXPECT_NE(resuming, waiting);
  EXPECT_TRUE(classes.at(resuming)->is_resuming);
  EXPECT_EQ(classes.at(resuming)->agent, "a");
  EXPECT_EQ(classes.at(resuming)->wish, agent_wish::require);
  EXPECT_EQ(classes.of(spec_that_needs({"scan"})), waiting);
}

TEST(demand_classes_test, a_sticky_key_goes_where_it_went_before) {
  demand_classes classes{true};
  auto unbound = classes.of(spec_that_needs({"scan"}, "k"));
  EXPECT_TRUE(classes.may_move(spec_that_needs({"scan"}, "k"), unbound));
  classes.bind(spec_that_needs({"scan"}, "k"), agent("a", {"scan"}));
  auto bound = classes.of(spec_that_needs({"scan"}, "k"));
  EXPECT_NE(bound, unbound);
  EXPECT_TRUE(classes.is_bound_to(bound, "a"));
  EXPECT_FALSE(classes.is_bound_to(bound, "b"));
  EXPECT_FALSE(classes.may_move(spec_that_needs({"scan"}, "k"), bound));
  EXPECT_EQ(classes.of(spec_that_needs({"scan"}, "other")), unbound);
}

TEST(demand_classes_test, a_key_keeps_its_first_agent) {
  demand_classes classes{true};
  classes.bind(spec_that_needs({"scan"}, "k"), agent("a", {"scan"}));
  classes.bind(spec_that_needs({"scan"}, "k"), agent("b", {"scan"}));
  EXPECT_TRUE(
    classes.is_bound_to(classes.of(spec_that_needs({"scan"}, "k")), "a"));
}

TEST(demand_classes_test, a_key_does_not_hold_what_its_agent_cannot_do) {
  demand_classes classes{true};
  classes.bind(spec_that_needs({"scan"}, "k"), agent("a", {"scan"}));
  auto other = classes.of(spec_that_needs({"sort"}, "k"));
  EXPECT_FALSE(classes.is_bound_to(other, "a"));
}

TEST(demand_classes_test, keys_of_an_agent_that_left_are_free) {
  demand_classes classes{true};
  auto unbound = classes.of(spec_that_needs({"scan"}, "k"));
  classes.bind(spec_that_needs({"scan"}, "k"), agent("a", {"scan"}));
  classes.forget_agent("a");
  EXPECT_EQ(classes.of(spec_that_needs({"scan"}, "k")), unbound);
  classes.bind(spec_that_needs({"scan"}, "k"), agent("b", {"scan"}));
  EXPECT_TRUE(
    classes.is_bound_to(classes.of(spec_that_needs({"scan"}, "k")), "b"));
}

TEST(demand_classes_test, keys_mean_nothing_where_routing_is_not_sticky) {
  demand_classes classes{false};
  auto number = classes.of(spec_that_needs({"scan"}, "k"));
  classes.bind(spec_that_needs({"scan"}, "k"), agent("a", {"scan"}));
  EXPECT_EQ(classes.of(spec_that_needs({"scan"}, "k")), number);
  EXPECT_FALSE(classes.may_move(spec_that_needs({"scan"}, "k"), number));
}

TEST(demand_classes_test, forgets_the_oldest_key_past_the_bound) {
  demand_classes classes{true};
  auto a = agent("a", {"scan"});
  for (int i = 0; i <= 65'536; ++i)
    classes.bind(spec_that_needs({"scan"}, fmt::format("key-{}", i)), a);
  EXPECT_FALSE(
    classes.is_bound_to(classes.of(spec_that_needs({"scan"}, "key-0")), "a"));
  EXPECT_TRUE(
    classes.is_bound_to(classes.of(spec_that_needs({"scan"}, "key-1")), "a"));
}

TEST(demand_classes_test, other_labels_make_another_class) {
  demand_classes classes{false};
  auto any = classes.of(spec_that_needs({"scan"}));
  auto spec = spec_that_needs({"scan"});
  spec.placement = placement{{{"gpu"}}, {}};
  auto needs_it = classes.of(spec);
  spec.placement = placement{{}, {{"gpu"}}};
  auto prefers_it = classes.of(spec);
  spec.placement = placement{{}, {{"gpu", label_test::is_missing}}};
  auto avoids_it = classes.of(spec);
  EXPECT_EQ((std::set{any, needs_it, prefers_it, avoids_it}.size()), 4u);
  spec.placement = placement{{{"gpu"}}, {}};
  EXPECT_EQ(classes.of(spec), needs_it);
  spec.placement = placement{};
  EXPECT_EQ(classes.of(spec), any);
}

TEST(demand_classes_test, a_key_whose_agent_left_likes_its_node) {
  demand_classes classes{true};
  auto spec = spec_that_needs({"scan"}, "k");
  auto unbound = classes.of(spec);
  classes.bind(spec, agent("a", {"scan"}, "north"));
  classes.forget_agent("a");
  auto homeless = classes.of(spec);
  EXPECT_NE(homeless, unbound);
  EXPECT_EQ(describe(classes.at(homeless)->placement->preferred), "node=north");
  EXPECT_TRUE(classes.at(homeless)->placement->required.empty());
  EXPECT_TRUE(classes.may_move(spec, homeless));
  classes.bind(spec, agent("b", {"scan"}, "south"));
  EXPECT_TRUE(classes.is_bound_to(classes.of(spec), "b"));
  classes.forget_agent("b");
  EXPECT_EQ(describe(classes.at(classes.of(spec))->placement->preferred),
            "node=south");
}

TEST(demand_classes_test, a_liking_for_a_node_comes_after_other_wishes) {
  demand_classes classes{true};
  auto spec = spec_that_needs({"scan"}, "k");
  spec.placement = placement{{{"zone"}}, {{"gpu"}}};
  classes.bind(spec, agent("a", {"scan"}, "north"));
  classes.forget_agent("a");
  auto& what = *classes.at(classes.of(spec));
  EXPECT_EQ(describe(what.placement->required), "zone");
  EXPECT_EQ(describe(what.placement->preferred), "gpu, node=north");
}

} // namespace troupe::core
