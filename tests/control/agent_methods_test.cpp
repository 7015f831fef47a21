#include "tests/control/served.hpp"

namespace troupe::test {

namespace {

class agent_methods_test : public served {
protected:
  json agents() {
    return call("agents.list").at("agents");
  }
};

} // namespace

TEST_F(agent_methods_test, lists_agents) {
  auto all = agents();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].at("id"), "worker");
  EXPECT_EQ(all[0].at("max_concurrent"), 4);
  EXPECT_EQ(all[0].at("labels"), (json{{"zone", "a"}}));
  EXPECT_EQ(all[0].at("resources"), (json{{"gpu", 2.0}}));
  EXPECT_EQ(all[0].at("status"), "idle");
}

TEST_F(agent_methods_test, pauses_and_resumes) {
  call("agents.pause", {{"agent", "worker"}});
  EXPECT_EQ(agents()[0].at("is_paused"), true);
  EXPECT_EQ(agents()[0].at("status"), "offline");
  call("agents.resume", {{"agent", "worker"}});
  EXPECT_EQ(agents()[0].at("is_paused"), false);
}

TEST_F(agent_methods_test, removes) {
  call("agents.remove", {{"agent", "worker"}, {"timeout_seconds", 60}});
  EXPECT_TRUE(agents().empty());
  ASSERT_TRUE(troupe_.add_agent(served_agent()));
  call("agents.remove", {{"agent", "worker"}, {"at_once", true}});
  EXPECT_TRUE(agents().empty());
}

TEST_F(agent_methods_test, names_what_is_not_there) {
  for (auto* method : {"agents.pause", "agents.resume", "agents.remove"}) {
    EXPECT_TRUE(
      refusal(method, {{"agent", "nobody"}}).starts_with("unknown_agent: "));
    EXPECT_EQ(refusal(method), "invalid_argument: 'agent' is missing");
  }
}

} // namespace troupe::test
