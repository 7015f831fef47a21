#include "core/async.hpp"
#include "storage/memory_journal.hpp"
#include "tests/actors/fleet_agents.hpp"
#include "tests/support/virtual_fleet.hpp"

#include <gtest/gtest.h>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;

std::shared_ptr<storage::memory_journal>
journal_with_node(const core::payload& value) {
  auto journal = std::make_shared<storage::memory_journal>();
  core::journal_batch batch;
  batch.sequence = 1;
  batch.documents = {{"node", "a", value}};
  EXPECT_TRUE(journal->commit(batch));
  return journal;
}

core::payload document_of_a() {
  core::node_document node;
  node.incarnation = {1, 2};
  node.spec.name = "a";
  core::agent_spec agent;
  agent.id = "remote";
  agent.capabilities = {"echo"};
  agent.node = "a";
  node.agents = {{1, agent}};
  return core::to_document(node);
}

core::node_info info_of(virtual_fleet& fleet) {
  auto known = fleet.manager().fleet()->find("a");
  EXPECT_TRUE(known);
  return known ? fleet.ask<core::node_info>(known->session, actors::get_node{})
               : core::node_info{};
}

} // namespace

TEST(actor_tree_nodes_test, expects_the_nodes_that_were_there) {
  virtual_fleet fleet{0, journal_with_node(document_of_a())};
  auto info = info_of(fleet);
  EXPECT_TRUE(info.is_awaited);
  EXPECT_EQ(info.agents, 1u);
  ASSERT_EQ(fleet.agents().size(), 1u);
  EXPECT_EQ(fleet.agents()[0].status, core::agent_status::offline);
  EXPECT_EQ(fleet.agents()[0].note, "node 'a' is expected back");
}

TEST(actor_tree_nodes_test, does_not_expect_them_for_ever) {
  auto journal = journal_with_node(document_of_a());
  virtual_fleet fleet{0, journal};
  fleet.advance(12s);
  EXPECT_FALSE(fleet.manager().fleet()->find("a"));
  EXPECT_TRUE(fleet.agents().empty());
  // Nor does the next manager.
  fleet.kill_manager();
  fleet.start_manager();
  EXPECT_FALSE(fleet.manager().fleet()->find("a"));
}

TEST(actor_tree_nodes_test, another_process_takes_the_place_of_the_expected) {
  virtual_fleet fleet{0, journal_with_node(document_of_a())};
  auto& node = fleet.start_node("a");
  fleet.add_agent(*node.tree, echo("other"));
  fleet.advance(1s);
  EXPECT_FALSE(info_of(fleet).is_awaited);
  ASSERT_EQ(fleet.agents().size(), 1u);
  EXPECT_EQ(fleet.agents()[0].spec.id, "other");
}

TEST(actor_tree_nodes_test, says_which_node_it_cannot_read) {
  core::payload broken{{"agents", 5}};
  try {
    deterministic_system system;
    actors::tree_options options;
    options.journal = journal_with_node(broken);
    options.fleet.emplace();
    actors::actor_tree tree{system.env(), options};
    system.own(tree.root());
    FAIL() << "it was read";
  } catch (const core::failure& x) {
    EXPECT_EQ(x.reason().message.find("node 'a' in the journal: agents: "), 0u)
      << x.reason().message;
  }
}

TEST(actor_tree_nodes_test, a_node_is_kept_until_it_leaves) {
  auto journal = std::make_shared<storage::memory_journal>();
  virtual_fleet fleet{0, journal};
  auto& node = fleet.start_node("a");
  fleet.add_agent(*node.tree, echo("remote"));
  fleet.advance(1s);
  fleet.kill_manager();
  fleet.start_manager();
  EXPECT_TRUE(info_of(fleet).is_awaited);
  fleet.advance(11s);
  EXPECT_FALSE(info_of(fleet).is_awaited);
  fleet.send(node.tree->uplink(), actors::leave_fleet{1s});
  fleet.advance(2s);
  fleet.kill_manager();
  fleet.start_manager();
  EXPECT_FALSE(fleet.manager().fleet()->find("a"));
}

TEST(actor_tree_nodes_test, a_tree_alone_has_no_nodes) {
  deterministic_system system;
  actors::actor_tree tree{system.env(), {}};
  system.own(tree.root());
  EXPECT_EQ(tree.fleet(), nullptr);
  EXPECT_FALSE(tree.door().get());
  EXPECT_FALSE(tree.uplink());
}

} // namespace troupe::test
