#include "tests/control/served.hpp"

namespace troupe::test {

namespace {

using manager_methods_test = served;

} // namespace

TEST_F(manager_methods_test, describe_the_manager) {
  auto about = call("control.describe");
  EXPECT_EQ(about.at("name"), "house");
  EXPECT_EQ(about.at("version"), "1.2.3");
  EXPECT_EQ(about.at("protocol"), 1);
  EXPECT_FALSE(about.at("log").get<std::string>().empty());
  EXPECT_EQ(about.at("methods").at(0), "agents.list");
}

TEST_F(manager_methods_test, pass_on_what_is_about_nodes) {
  EXPECT_EQ(call("nodes.list").at("nodes").at(0).at("name"), "east");
  call("nodes.drain", {{"node", "east"}, {"by", "ann"}});
  call("nodes.drain", {{"node", "east"}, {"timeout_seconds", 5}});
  call("manager.drain", {{"timeout_seconds", "2m"}, {"by", "bob"}});
  EXPECT_EQ(fleet_.told, (std::vector<std::string>{"ann drains east in 30s",
                                                   " drains east in 5s",
                                                   "bob drains all in 2m"}));
  EXPECT_EQ(refusal("nodes.drain", {{"node", "west"}}),
            "unknown_agent: no node 'west'");
  EXPECT_EQ(refusal("nodes.drain"), "invalid_argument: 'node' is missing");
}

TEST_F(manager_methods_test, say_that_there_are_no_nodes) {
  control::service alone{troupe_};
  for (auto* method : {"nodes.list", "nodes.drain", "manager.drain"}) {
    json arguments;
    if (method == std::string{"nodes.drain"})
      arguments["node"] = "east";
    auto answer = alone.call(method, arguments);
    ASSERT_FALSE(answer);
    EXPECT_EQ(core::to_string(answer.error()),
              "invalid_argument: this manager does not listen for nodes");
  }
}

} // namespace troupe::test
