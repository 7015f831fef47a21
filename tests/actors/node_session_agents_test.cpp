#include "tests/actors/fleet_agents.hpp"
#include "tests/support/virtual_fleet.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;

/// Actors of the manager die under what runs on a node.
class node_session_agents_test : public testing::Test {
protected:
  node_session_agents_test() : node_(fleet_.start_node("a")) {
    fleet_.add_agent(*node_.tree, sleeper("remote", 5s, &runs_));
    id_ = fleet_.submit(fleet_task("sleep"));
    fleet_.advance(1s);
  }

  template <class Handle>
  void kill(const Handle& x) {
    caf::anon_send_exit(caf::actor_cast<caf::actor>(x), caf::exit_reason::kill);
  }

  /// It goes on, and is heard of.
  void expect_attempts(uint32_t attempts) {
    ASSERT_TRUE(fleet_.run_until_idle(40s));
    EXPECT_EQ(fleet_.get(id_).status, core::task_status::completed);
    EXPECT_EQ(fleet_.get(id_).attempt, attempts);
    EXPECT_EQ(runs_, static_cast<int>(attempts));
    fleet_.advance(15s);
    ASSERT_EQ(fleet_.agents().size(), 1u);
    EXPECT_EQ(fleet_.agents()[0].status, core::agent_status::idle);
    EXPECT_EQ(fleet_.agents()[0].running, 0u);
  }

  int runs_ = 0;
  core::task_id id_;
  virtual_fleet fleet_;
  virtual_fleet::node& node_;
};

} // namespace

TEST_F(node_session_agents_test, a_queue_that_dies_finds_it_again) {
  kill(fleet_.parts().queues.at("default"));
  expect_attempts(1);
}

TEST_F(node_session_agents_test, a_router_that_dies_finds_it_again) {
  kill(fleet_.parts().router);
  expect_attempts(1);
}

TEST_F(node_session_agents_test, a_manager_that_dies_finds_it_again) {
  kill(fleet_.parts().manager);
  expect_attempts(1);
}

TEST_F(node_session_agents_test, a_door_that_dies_is_not_missed) {
  kill(fleet_.manager().door().get());
  node_.line->cut();
  expect_attempts(1);
  EXPECT_EQ(node_.states->back().first, actors::node_state::joined);
}

TEST_F(node_session_agents_test, a_session_that_dies_takes_the_work_along) {
  kill(fleet_.manager().fleet()->find("a")->session);
  expect_attempts(2);
}

TEST_F(node_session_agents_test, who_stands_for_an_agent_is_replaced) {
  auto all = fleet_.manager().roster()->all();
  ASSERT_EQ(all.size(), 1u);
  kill(all[0].host);
  expect_attempts(2);
}

TEST_F(node_session_agents_test, an_agent_is_made_known_to_the_next_router) {
  kill(fleet_.parts().router);
  actors::agent_definition agent{"late"};
  agent.on("echo", actors::cooperative([](actors::task_context& ctx) {
             return core::payload(ctx.parameters());
           }));
  fleet_.add_agent(*node_.tree, std::move(agent));
  fleet_.advance(1s);
  EXPECT_EQ(fleet_.agents().size(), 2u);
  auto echoed = fleet_.submit(echo_task("x"));
  fleet_.advance(1s);
  EXPECT_EQ(fleet_.get(echoed).status, core::task_status::completed);
}

} // namespace troupe::test
