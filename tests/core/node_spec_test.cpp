#include "core/node_spec.hpp"

#include <gtest/gtest.h>

#include <string>

namespace troupe::core {

TEST(node_spec_test, names_are_those_of_the_dns) {
  for (auto* name : {"a", "north-1", "10", "node.example.org", "a.b-c.d"})
    EXPECT_TRUE(is_node_name(name)) << name;
  for (auto* name :
       {"", "-a", "a-", "A", "a_b", "a b", "a..b", ".a", "a.", "a.-b", "\xc3"})
    EXPECT_FALSE(is_node_name(name)) << name;
}

TEST(node_spec_test, names_are_bounded) {
  EXPECT_TRUE(is_node_name(std::string(63, 'a')));
  EXPECT_FALSE(is_node_name(std::string(64, 'a')));
  auto part = std::string(62, 'a') + '.';
  EXPECT_TRUE(is_node_name(part + part + part + part + "a"));
  EXPECT_FALSE(is_node_name(part + part + part + part + "ab"));
}

TEST(node_spec_test, an_agent_has_the_labels_of_its_node) {
  agent_spec agent;
  agent.labels = {{"zone", "b"}, {"own", "x"}};
  auto there = with_node(agent,
                         {"north", {{"zone", "a"}, {"disk", "ssd"}}, {}});
  EXPECT_EQ(there.labels, (label_map{{"zone", "b"},
                                     {"own", "x"},
                                     {"disk", "ssd"},
                                     {"node", "north"}}));
}

TEST(node_spec_test, an_agent_shares_what_its_node_has) {
  agent_spec agent;
  agent.resources = {{"cpu", 2}, {"memory", 9}, {"gpu", 1}};
  auto there = with_node(
    agent, {"north", {}, {{"cpu", 8}, {"memory", 4}, {"licence", 1}}});
  EXPECT_EQ(
    there.resources,
    (resource_amounts{{"cpu", 2}, {"memory", 4}, {"gpu", 1}, {"licence", 1}}));
}

} // namespace troupe::core
