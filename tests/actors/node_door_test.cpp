#include "tests/support/virtual_fleet.hpp"

#include <gtest/gtest.h>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;

messages::join_node join(virtual_fleet& fleet, std::string name) {
  messages::join_node x;
  x.name = std::move(name);
  x.incarnation = fleet.env().ids->next(fleet.now());
  x.nonce = link::to_hex(link::random_nonce());
  return x;
}

} // namespace

TEST(node_door_test, refuses_another_version_and_names_both) {
  virtual_fleet fleet;
  auto request = join(fleet, "a");
  request.protocol = messages::node_protocol + 1;
  auto answer = fleet.ask<messages::node_challenge>(
    fleet.manager().door().get(), request);
  EXPECT_EQ(answer.failure.code, core::ec::invalid_argument);
  EXPECT_TRUE(answer.failure.is_permanent);
  EXPECT_EQ(answer.failure.message,
            "the node speaks version 3 of the protocol and the manager version "
            "2; both have to be of the same version of Troupe");
}

TEST(node_door_test, refuses_a_name_that_can_be_none) {
  virtual_fleet fleet;
  auto answer = fleet.ask<messages::node_challenge>(
    fleet.manager().door().get(), join(fleet, "a b"));
  EXPECT_EQ(answer.failure.message, "'a b' cannot be the name of a node");
}

TEST(node_door_test, lets_in_who_knows_the_secret) {
  virtual_fleet fleet;
  fleet.kill_manager();
  fleet.secret = *link::secret::from_text("a secret of some length");
  fleet.node_secret = fleet.secret;
  fleet.start_manager();
  auto& node = fleet.start_node("a");
  fleet.advance(10s);
  EXPECT_TRUE(fleet.manager().fleet()->find("a"))
    << (node.states->empty() ? "" : node.states->back().second);
}

TEST(node_door_test, refuses_who_does_not_know_the_secret) {
  virtual_fleet fleet;
  fleet.kill_manager();
  fleet.secret = *link::secret::from_text("a secret of some length");
  fleet.start_manager();
  fleet.node_secret = *link::secret::from_text("another of some length");
  fleet.start_node("a");
  fleet.advance(30s);
  EXPECT_FALSE(fleet.manager().fleet()->find("a"));
}

TEST(node_door_test, refuses_a_node_without_the_secret) {
  virtual_fleet fleet;
  fleet.kill_manager();
  fleet.secret = *link::secret::from_text("a secret of some length");
  fleet.start_manager();
  auto door = fleet.manager().door().get();
  auto request = join(fleet, "a");
  auto challenge = fleet.ask<messages::node_challenge>(door, request);
  EXPECT_EQ(challenge.failure.code, core::ec::none);
  messages::enter_node enter;
  enter.spec.name = "a";
  enter.incarnation = request.incarnation;
  auto answer = fleet.ask<messages::node_welcome>(door, enter);
  EXPECT_EQ(answer.failure.code, core::ec::invalid_argument);
  EXPECT_EQ(answer.failure.message,
            "node 'a' does not know the manager's secret; give it the same "
            "secret file");
}

TEST(node_door_test, lets_nobody_in_who_has_not_joined) {
  virtual_fleet fleet;
  messages::enter_node enter;
  enter.spec.name = "a";
  enter.incarnation = fleet.env().ids->next(fleet.now());
  auto answer = fleet.ask<messages::node_welcome>(fleet.manager().door().get(),
                                                  enter);
  EXPECT_EQ(answer.failure.code, core::ec::unavailable);
}

} // namespace troupe::test
