#include "storage/memory_journal.hpp"
#include "tests/actors/fleet_agents.hpp"
#include "tests/support/virtual_fleet.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using actors::node_state;

class node_uplink_join_test : public testing::Test {
protected:
  static size_t count(const virtual_fleet::node& node, node_state state) {
    return static_cast<size_t>(
      std::ranges::count(*node.states, state, [](auto& x) { return x.first; }));
  }

  virtual_fleet fleet_;
};

} // namespace

TEST_F(node_uplink_join_test, says_when_it_has_joined) {
  auto& node = fleet_.start_node("a");
  fleet_.advance(1s);
  ASSERT_EQ(node.states->size(), 1u);
  EXPECT_EQ(node.states->back().first, node_state::joined);
  EXPECT_EQ(node.states->back().second, "");
}

TEST_F(node_uplink_join_test, says_why_it_has_to_wait) {
  fleet_.kill_manager();
  fleet_.secret = *link::secret::from_text("a secret of some length");
  fleet_.start_manager();
  // It asks for no proof, and cannot give one.
  auto& node = fleet_.start_node("a");
  fleet_.advance(1s);
  ASSERT_FALSE(node.states->empty());
  EXPECT_EQ(node.states->back().first, node_state::waiting);
  EXPECT_EQ(node.states->back().second,
            "node 'a' does not know the manager's secret; give it the same "
            "secret file");
}

TEST_F(node_uplink_join_test, does_not_trust_a_manager_without_the_secret) {
  fleet_.node_secret = *link::secret::from_text("a secret of some length");
  auto& node = fleet_.start_node("a");
  fleet_.advance(1s);
  ASSERT_FALSE(node.states->empty());
  EXPECT_EQ(node.states->back().second,
            "the manager does not know the secret; give both the same file");
  EXPECT_FALSE(fleet_.manager().fleet()->find("a"));
}

TEST_F(node_uplink_join_test, tries_less_and_less_often_and_for_ever) {
  auto& node = fleet_.start_node("a");
  fleet_.advance(1s);
  node.line->is_open = false;
  node.line->cut();
  fleet_.advance(60s);
  auto tries = count(node, node_state::waiting);
  EXPECT_GE(tries, 6u);
  EXPECT_LE(tries, 40u);
  EXPECT_EQ(node.states->back().second, "the wire is cut");
  fleet_.advance(300s, 100ms);
  EXPECT_LE(count(node, node_state::waiting) - tries, 120u);
  node.line->is_open = true;
  fleet_.advance(11s);
  EXPECT_EQ(node.states->back().first, node_state::joined);
}

TEST_F(node_uplink_join_test, gives_up_a_manager_that_is_silent) {
  auto& node = fleet_.start_node("a");
  fleet_.advance(1s);
  node.line->is_mute = true;
  fleet_.advance(4s);
  EXPECT_EQ(node.states->back().first, node_state::waiting);
  // It has a connection again, on which nobody answers.
  fleet_.advance(10s);
  EXPECT_EQ(node.states->back().second, "the manager did not answer");
}

TEST_F(node_uplink_join_test, begins_anew_when_its_lease_is_over) {
  auto runs = 0;
  auto& node = fleet_.start_node("a");
  fleet_.add_agent(*node.tree, sleeper("remote", 20s, &runs));
  auto id = fleet_.submit(fleet_task("sleep"));
  fleet_.advance(1s);
  node.line->is_open = false;
  node.line->is_mute = true;
  fleet_.advance(15s);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(fleet_.get(id).status, core::task_status::pending);
  node.line->is_open = true;
  node.line->is_mute = false;
  fleet_.advance(35s);
  EXPECT_EQ(fleet_.get(id).status, core::task_status::completed);
  EXPECT_EQ(fleet_.get(id).attempt, 2u);
  EXPECT_EQ(runs, 2);
}

TEST_F(node_uplink_join_test, does_not_come_back_when_it_has_left) {
  auto& node = fleet_.start_node("a");
  fleet_.advance(1s);
  fleet_.send(node.tree->uplink(), actors::leave_fleet{1s});
  fleet_.advance(1s);
  EXPECT_EQ(node.states->back().first, node_state::left);
  auto connections = node.line->connections;
  node.line->cut();
  fleet_.advance(30s);
  // Nor does another uplink.
  caf::anon_send_exit(node.tree->uplink(), caf::exit_reason::kill);
  fleet_.advance(30s);
  EXPECT_EQ(node.line->connections, connections);
  EXPECT_FALSE(fleet_.manager().fleet()->find("a"));
}

TEST_F(node_uplink_join_test, leaves_also_if_it_finds_no_manager) {
  auto& node = fleet_.start_node("a");
  fleet_.add_agent(*node.tree, sleeper("remote", 60s));
  fleet_.submit(fleet_task("sleep"));
  fleet_.advance(1s);
  node.line->is_open = false;
  node.line->cut();
  fleet_.advance(1s);
  fleet_.send(node.tree->uplink(), actors::leave_fleet{5s});
  fleet_.advance(4s);
  EXPECT_EQ(node.states->back().first, node_state::waiting);
  fleet_.advance(2s);
  EXPECT_EQ(node.states->back().first, node_state::left);
}

TEST_F(node_uplink_join_test, needs_no_manager_to_leave_with_nothing) {
  auto& node = fleet_.start_node("a");
  fleet_.advance(1s);
  node.line->is_open = false;
  node.line->cut();
  fleet_.advance(1s);
  fleet_.send(node.tree->uplink(), actors::leave_fleet{core::duration::max()});
  fleet_.advance(1s);
  EXPECT_EQ(node.states->back().first, node_state::left);
}

TEST_F(node_uplink_join_test, what_two_processes_call_themselves_is_the_last) {
  auto& node = fleet_.start_node("a");
  fleet_.advance(1s);
  auto first = fleet_.manager().fleet()->find("a")->incarnation;
  auto line = node.line;
  // The first one lives on behind a connection of its own.
  node.line = std::make_shared<wire>();
  auto other = std::move(node.tree);
  fleet_.start_node("a");
  fleet_.advance(1s);
  EXPECT_NE(fleet_.manager().fleet()->find("a")->incarnation, first);
  fleet_.advance(30s);
  EXPECT_NE(fleet_.manager().fleet()->find("a")->incarnation, first);
  EXPECT_TRUE(std::ranges::any_of(*node.states, [](auto& x) {
    return x.second
           == "another process has joined as 'a'; each node needs a name of "
              "its own";
  }));
  line->cut();
}

} // namespace troupe::test
