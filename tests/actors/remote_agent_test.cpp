#include "tests/actors/fleet_agents.hpp"
#include "tests/support/virtual_fleet.hpp"

#include <gtest/gtest.h>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;

class remote_agent_test : public testing::Test {
protected:
  remote_agent_test() : node_(fleet_.start_node("a")) {
    fleet_.advance(1s);
  }

  virtual_fleet fleet_;
  virtual_fleet::node& node_;
};

} // namespace

TEST_F(remote_agent_test, is_gone_with_its_node) {
  fleet_.add_agent(*node_.tree, echo("remote"));
  ASSERT_EQ(fleet_.manager().roster()->all().size(), 1u);
  fleet_.kill_node("a");
  fleet_.advance(15s);
  EXPECT_TRUE(fleet_.manager().roster()->all().empty());
  EXPECT_TRUE(fleet_.agents().empty());
}

TEST_F(remote_agent_test, carries_parameters_and_results_of_others) {
  fleet_.add_agent(*node_.tree, echo("remote"));
  actors::agent_definition agent{"joiner"};
  agent.on("join", actors::cooperative([](actors::task_context& ctx) {
             auto result = core::json::array({ctx.parameters()});
             for (auto& x : ctx.dependencies())
               result.push_back(x.result.value());
             return core::payload(std::move(result));
           }));
  fleet_.add_agent(*node_.tree, std::move(agent));
  auto first = fleet_.submit(echo_task("one"));
  auto joined = fleet_task("join",
                           core::payload{{"of", "${first.result.text}"}});
  joined.dependencies = {{first, "first", {}}};
  auto id = fleet_.submit(std::move(joined));
  ASSERT_TRUE(fleet_.run_until_idle(5s));
  EXPECT_EQ(fleet_.get(id).result.dump(), R"([{"of":"one"},{"text":"one"}])");
}

TEST_F(remote_agent_test, is_stopped_by_the_manager) {
  fleet_.add_agent(*node_.tree, sleeper("remote", 3s));
  auto id = fleet_.submit(fleet_task("sleep"));
  fleet_.advance(1s);
  fleet_.send(fleet_.parts().router, messages::remove_agent{"remote", false});
  fleet_.advance(5s);
  EXPECT_EQ(fleet_.get(id).status, core::task_status::completed);
  EXPECT_TRUE(fleet_.agents().empty());
  EXPECT_TRUE(
    fleet_
      .ask<messages::agent_list>(node_.tree->uplink(), messages::get_agents{})
      .agents.empty());
}

TEST_F(remote_agent_test, is_stopped_at_once_with_what_it_does) {
  fleet_.add_agent(*node_.tree, sleeper("remote", 60s));
  auto id = fleet_.submit(fleet_task("sleep"));
  fleet_.advance(1s);
  fleet_.send(fleet_.parts().router, messages::remove_agent{"remote", true});
  fleet_.advance(1s);
  EXPECT_EQ(fleet_.get(id).status, core::task_status::pending);
  EXPECT_TRUE(
    fleet_
      .ask<messages::agent_list>(node_.tree->uplink(), messages::get_agents{})
      .agents.empty());
}

TEST_F(remote_agent_test, tells_a_new_router_how_it_is) {
  fleet_.add_agent(*node_.tree, echo("remote"));
  node_.line->is_open = false;
  node_.line->cut();
  fleet_.advance(1s);
  EXPECT_EQ(fleet_.agents().at(0).note, "node 'a' has lost its connection");
  caf::anon_send_exit(fleet_.parts().router, caf::exit_reason::kill);
  fleet_.advance(1s);
  EXPECT_EQ(fleet_.agents().at(0).status, core::agent_status::offline);
  EXPECT_EQ(fleet_.agents().at(0).note, "node 'a' has lost its connection");
}

} // namespace troupe::test
