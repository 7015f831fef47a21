#include "core/demand.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

namespace {

const agent_spec scanner{
  .id = "scanner-1", .name = "Scanner", .capabilities = {"scan", "ocr"}};

demand needs(std::vector<std::string> capabilities) {
  demand x;
  x.capabilities = std::move(capabilities);
  return x;
}

demand needs_on(std::string agent, agent_wish wish) {
  auto x = needs({"scan"});
  x.agent = std::move(agent);
  x.wish = wish;
  return x;
}

} // namespace

TEST(demand_test, an_agent_must_have_all_capabilities) {
  EXPECT_TRUE(can_serve(scanner, needs({"scan"})));
  EXPECT_TRUE(can_serve(scanner, needs({"ocr", "scan"})));
  EXPECT_FALSE(can_serve(scanner, needs({"scan", "print"})));
  EXPECT_FALSE(can_serve(scanner, needs({"sca"})));
  EXPECT_FALSE(can_serve({.id = "idle"}, needs({"scan"})));
}

TEST(demand_test, an_agent_must_have_enough_of_everything) {
  auto agent = scanner;
  agent.resources = {{"cpu", 4}, {"gpu", 1}};
  auto x = needs({"scan"});
  x.resources = {{"cpu", 4}};
  EXPECT_TRUE(can_serve(agent, x));
  EXPECT_FALSE(can_serve(scanner, x));
  x.resources = {{"gpu", 1}, {"cpu", 5}};
  EXPECT_FALSE(can_serve(agent, x));
  EXPECT_EQ(to_string(x), "[scan] with 1 gpu, 5 cpu");
}

TEST(demand_test, whoever_needs_nothing_is_served_by_all) {
  EXPECT_TRUE(can_serve(scanner, {}));
  EXPECT_TRUE(can_serve({.id = "idle"}, {}));
}

TEST(demand_test, a_required_agent_is_the_only_one) {
  EXPECT_TRUE(can_serve(scanner, needs_on("scanner-1", agent_wish::require)));
  // The id counts, not the name.
  EXPECT_FALSE(can_serve(scanner, needs_on("Scanner", agent_wish::require)));
  EXPECT_TRUE(can_serve(scanner, needs_on("", agent_wish::require)));
}

TEST(demand_test, a_required_agent_still_needs_the_capabilities) {
  auto x = needs_on("scanner-1", agent_wish::require);
  x.capabilities = {"print"};
  EXPECT_FALSE(can_serve(scanner, x));
}

TEST(demand_test, a_preferred_agent_excludes_nobody) {
  EXPECT_TRUE(can_serve(scanner, needs_on("scanner-2", agent_wish::prefer)));
}

TEST(demand_test, names_what_binds) {
  auto x = needs({"scan", "ocr"});
  EXPECT_EQ(to_string(x), "[scan, ocr]");
  x.agent = "scanner-1";
  EXPECT_EQ(to_string(x), "[scan, ocr]");
  x.wish = agent_wish::require;
  EXPECT_EQ(to_string(x), "[scan, ocr] on agent scanner-1");
  EXPECT_EQ(to_string(demand{}), "[]");
}

TEST(demand_test, each_field_makes_another_demand) {
  const demand x{{"scan"}, "scanner-1", agent_wish::prefer, {}, false};
  EXPECT_EQ(x, (demand{{"scan"}, "scanner-1", agent_wish::prefer, {}, false}));
  for (const auto& y : {
         demand{{"ocr"}, "scanner-1", agent_wish::prefer, {}, false},
         demand{{"scan"}, "scanner-2", agent_wish::prefer, {}, false},
         demand{{"scan"}, "scanner-1", agent_wish::require, {}, false},
         demand{{"scan"}, "scanner-1", agent_wish::prefer, "key", false},
         demand{{"scan"}, "scanner-1", agent_wish::prefer, {}, true},
       })
    EXPECT_NE(x, y);
}

TEST(demand_test, labels_that_are_required_keep_agents_away) {
  agent_spec agent;
  agent.capabilities = {"scan"};
  agent.labels = {{"zone", "eu"}};
  demand x{{"scan"}, {}, {}, {}, false};
  x.placement = placement{{{"zone", label_test::is, {"us"}}}, {}};
  EXPECT_FALSE(can_serve(agent, x));
  agent.labels["zone"] = "us";
  EXPECT_TRUE(can_serve(agent, x));
  EXPECT_EQ(to_string(x), "[scan] where zone=us");
}

TEST(demand_test, labels_that_are_preferred_keep_nobody_away) {
  agent_spec agent;
  agent.capabilities = {"scan"};
  demand x{{"scan"}, {}, {}, {}, false};
  EXPECT_FALSE(x.has_wishes());
  x.placement = placement{{}, {{"gpu"}}};
  EXPECT_TRUE(can_serve(agent, x));
  EXPECT_TRUE(x.has_wishes());
  EXPECT_FALSE(x.prefers_agent());
}

TEST(demand_test, only_a_wish_that_can_be_refused_is_one) {
  EXPECT_TRUE(
    (demand{{"scan"}, "a", agent_wish::prefer, {}, false}.has_wishes()));
  EXPECT_FALSE(
    (demand{{"scan"}, "a", agent_wish::require, {}, false}.has_wishes()));
}

} // namespace troupe::core
