#include "tests/actors/fleet_agents.hpp"
#include "tests/support/virtual_fleet.hpp"

#include <gtest/gtest.h>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;

messages::node_uplink_actor::behavior_type
silent_uplink(messages::node_uplink_actor::pointer) {
  return {
    [](messages::node_frame&) {
      // nop
    },
    [](messages::node_beat) {
      // nop
    },
    [](messages::node_unknown) {
      // nop
    },
    [](messages::node_drains) {
      // nop
    },
  };
}

/// A node that says what the test says.
class node_session_reports_test : public testing::Test {
protected:
  node_session_reports_test() {
    messages::join_node join;
    join.name = "a";
    join.incarnation = fleet_.env().ids->next(fleet_.now());
    auto door = fleet_.manager().door().get();
    auto challenge = fleet_.ask<messages::node_challenge>(door, join);
    EXPECT_EQ(challenge.failure, core::error{});
    messages::enter_node enter;
    enter.spec.name = "a";
    enter.incarnation = join.incarnation;
    enter.uplink = fleet_.own(fleet_.system().spawn(silent_uplink));
    welcome_ = fleet_.ask<messages::node_welcome>(door, enter);
    EXPECT_EQ(welcome_.failure, core::error{});
  }

  template <class Batch>
  void say(uint64_t number, Batch batch) {
    say_bytes(number, compat::encode(fleet_.system(), batch));
  }

  void say_bytes(uint64_t number, std::string bytes, uint64_t received = 0) {
    fleet_.send(welcome_.actor,
                messages::node_frame{welcome_.session, number, received, true,
                                     std::move(bytes)});
    fleet_.settle();
  }

  std::string encoded_nothing() {
    messages::node_reports nothing;
    return compat::encode(fleet_.system(), nothing);
  }

  bool is_there() {
    return fleet_.manager().fleet()->find("a").has_value();
  }

  virtual_fleet fleet_;
  messages::node_welcome welcome_;
};

} // namespace

TEST_F(node_session_reports_test, takes_in_agents_and_their_end) {
  messages::node_reports reports;
  auto& agent = reports.added.emplace_back();
  agent.number = 1;
  agent.spec.id = "remote";
  agent.spec.capabilities = {"echo"};
  say(1, reports);
  ASSERT_EQ(fleet_.agents().size(), 1u);
  EXPECT_EQ(fleet_.agents()[0].spec.node, "a");
  reports = {};
  reports.removed = {1};
  say(2, reports);
  EXPECT_TRUE(fleet_.agents().empty());
}

TEST_F(node_session_reports_test, does_not_believe_in_attempts_it_never_gave) {
  auto id = fleet_.submit(fleet_task("echo"));
  messages::node_reports reports;
  auto& outcome = reports.outcomes.emplace_back();
  outcome.key = {id, 1};
  reports.signals = {{messages::report_kind::parked, {id, 1}, 0},
                     {messages::report_kind::paused, {id, 1}, 1}};
  reports.progress = {{{id, 1}, 50, "half"}};
  reports.questions = {{1, {id, 1}, {}}};
  reports.children = {{1, {id, 1}, true, {}}};
  reports.conditions = {{1, 0, true, false, "ill"}};
  reports.removed = {1};
  say(1, reports);
  EXPECT_TRUE(is_there());
  EXPECT_EQ(fleet_.get(id).status, core::task_status::pending);
  EXPECT_EQ(fleet_.get(id).progress, 0);
}

TEST_F(node_session_reports_test, takes_no_agent_that_can_be_none) {
  messages::node_reports reports;
  auto& agent = reports.added.emplace_back();
  agent.number = 1;
  agent.spec.id = "remote";
  say(1, reports);
  EXPECT_TRUE(is_there());
  EXPECT_TRUE(fleet_.agents().empty());
}

TEST_F(node_session_reports_test, ends_with_who_cannot_be_understood) {
  say_bytes(1, "\xff\xff\xff\xff nonsense");
  EXPECT_FALSE(is_there());
}

TEST_F(node_session_reports_test, ends_with_who_has_got_what_was_never_sent) {
  say_bytes(1, encoded_nothing(), 5);
  EXPECT_FALSE(is_there());
}

TEST_F(node_session_reports_test, a_gap_ends_the_connection_only) {
  say(2, messages::node_reports{});
  EXPECT_TRUE(is_there());
  auto info = fleet_.ask<core::node_info>(
    fleet_.manager().fleet()->find("a")->session, actors::get_node{});
  EXPECT_EQ(info.health, core::peer_health::suspect);
}

TEST_F(node_session_reports_test, does_not_hear_what_is_of_another_session) {
  fleet_.send(welcome_.actor,
              messages::node_frame{welcome_.session + 1, 1, 0, true, "x"});
  fleet_.send(welcome_.actor, messages::node_leaves{welcome_.session + 1});
  fleet_.settle();
  EXPECT_TRUE(is_there());
  fleet_.send(welcome_.actor, messages::node_leaves{welcome_.session});
  fleet_.settle();
  EXPECT_FALSE(is_there());
}

TEST_F(node_session_reports_test, says_nothing_to_who_has_not_spoken) {
  fleet_.send(welcome_.actor, messages::node_beat{welcome_.session, 1, 0});
  fleet_.advance(1s);
  EXPECT_TRUE(is_there());
  // Nothing is heard of it from here on.
  fleet_.advance(12s);
  EXPECT_FALSE(is_there());
}

TEST(node_session_gap_test, goes_on_when_a_connection_has_lost_something) {
  virtual_fleet fleet;
  auto runs = 0;
  auto& node = fleet.start_node("a");
  fleet.add_agent(*node.tree, sleeper("remote", 1s, &runs));
  fleet.advance(1s);
  node.line->is_mute = true;
  fleet.submit(fleet_task("sleep"));
  fleet.advance(1s);
  node.line->is_mute = false;
  fleet.submit(fleet_task("sleep"));
  ASSERT_TRUE(fleet.run_until_idle(20s));
  EXPECT_EQ(runs, 2);
}

} // namespace troupe::test
