#include "tests/actors/fleet_agents.hpp"
#include "tests/support/recorder.hpp"
#include "tests/support/virtual_fleet.hpp"

#include <gtest/gtest.h>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;

class node_uplink_agents_test : public testing::Test {
protected:
  node_uplink_agents_test() : node_(fleet_.start_node("a")) {
    fleet_.advance(1s);
  }

  void cut_off() {
    node_.line->is_open = false;
    node_.line->cut();
    fleet_.settle();
  }

  void join_again() {
    node_.line->is_open = true;
    fleet_.advance(11s);
  }

  core::error ask_uplink(auto request) {
    return fleet_.ask<messages::done>(node_.tree->uplink(), std::move(request))
      .failure;
  }

  /// Agent `remote` is to end what it has, this task, and to go.
  core::task_id remove_while_working() {
    fleet_.add_agent(*node_.tree, sleeper("remote", 5s));
    auto id = fleet_.submit(fleet_task("sleep"));
    fleet_.advance(1s);
    fleet_.send(node_.tree->uplink(), messages::remove_agent{"remote", false});
    fleet_.settle();
    return id;
  }

  using host = recorder<messages::agent_host_actor>;

  /// Its handlers return when the test says so.
  void add_slow(const host& x) {
    core::agent_spec spec;
    spec.id = "slow";
    spec.capabilities = {"work"};
    auto load = std::make_shared<std::atomic<uint32_t>>(0);
    EXPECT_EQ(ask_uplink(messages::add_agent{spec, x.handle(), load}),
              core::error{});
  }

  /// The node is to leave within 2 s, and the host runs this task.
  core::task_id leave_while_working(const host& x) {
    add_slow(x);
    auto id = fleet_.submit(fleet_task("work"));
    fleet_.advance(1s);
    fleet_.send(node_.tree->uplink(), actors::leave_fleet{2s});
    return id;
  }

  std::vector<core::agent_info> there() {
    return fleet_
      .ask<messages::agent_list>(node_.tree->uplink(), messages::get_agents{})
      .agents;
  }

  virtual_fleet fleet_;
  virtual_fleet::node& node_;
};

/// Some orders are on their way when the manager hears that the node, or one of
/// its agents, is to go.
class leaving_under_load_test : public testing::TestWithParam<uint64_t> {
protected:
  leaving_under_load_test() : fleet_(GetParam()) {
    auto& node = fleet_.start_node("a");
    fleet_.advance(1s);
    fleet_.add_agent(*node.tree, sleeper("first", 50ms));
    for (size_t i = 0; i < 40; ++i)
      ids_.push_back(fleet_.submit(fleet_task("sleep")));
    fleet_.pass(50ms);
    for (size_t i = 0; i < GetParam() * 4; ++i)
      fleet_.step();
  }

  void expect_that_each_ran_once() {
    fleet_.advance(1s);
    auto before = fleet_.stats();
    EXPECT_GT(before.unended(), 0u);
    fleet_.add_agent(*fleet_.start_node("b").tree, sleeper("second", 50ms));
    EXPECT_TRUE(fleet_.run_until_idle(10s));
    for (auto& id : ids_) {
      auto record = fleet_.get(id);
      EXPECT_EQ(record.status, core::task_status::completed);
      EXPECT_EQ(record.attempt, 1u);
    }
  }

  virtual_fleet fleet_;
  std::vector<core::task_id> ids_;
};

} // namespace

TEST_F(node_uplink_agents_test, makes_known_who_was_added_while_cut_off) {
  cut_off();
  EXPECT_EQ(fleet_.add_agent(*node_.tree, echo("remote")), core::error{});
  EXPECT_TRUE(fleet_.agents().empty());
  ASSERT_EQ(there().size(), 1u);
  EXPECT_EQ(there()[0].note, "the node has no connection to its manager");
  join_again();
  ASSERT_EQ(fleet_.agents().size(), 1u);
  EXPECT_EQ(fleet_.agents()[0].status, core::agent_status::idle);
  EXPECT_EQ(there()[0].status, core::agent_status::idle);
}

TEST_F(node_uplink_agents_test, makes_known_who_was_removed_while_cut_off) {
  fleet_.add_agent(*node_.tree, echo("remote"));
  ASSERT_EQ(fleet_.agents().size(), 1u);
  cut_off();
  EXPECT_EQ(ask_uplink(messages::remove_agent{"remote", true}), core::error{});
  join_again();
  EXPECT_TRUE(fleet_.agents().empty());
  EXPECT_TRUE(there().empty());
}

TEST_F(node_uplink_agents_test, lets_a_removed_agent_end_what_it_has) {
  auto id = remove_while_working();
  fleet_.advance(1s);
  auto later = fleet_.submit(fleet_task("sleep"));
  fleet_.advance(1s);
  ASSERT_EQ(fleet_.agents().size(), 1u);
  EXPECT_EQ(fleet_.agents()[0].note, "draining: it is being removed");
  fleet_.advance(4s);
  EXPECT_EQ(fleet_.get(id).status, core::task_status::completed);
  EXPECT_EQ(fleet_.get(id).attempt, 1u);
  EXPECT_EQ(fleet_.get(later).status, core::task_status::pending);
  EXPECT_TRUE(fleet_.agents().empty());
  EXPECT_TRUE(there().empty());
}

TEST_F(node_uplink_agents_test, another_uplink_goes_on_removing) {
  remove_while_working();
  caf::anon_send_exit(node_.tree->uplink(), caf::exit_reason::kill);
  fleet_.advance(15s);
  EXPECT_TRUE(there().empty());
  EXPECT_TRUE(fleet_.agents().empty());
}

TEST_F(node_uplink_agents_test, cannot_change_who_is_not_there) {
  EXPECT_EQ(ask_uplink(messages::remove_agent{"nobody", false}).code,
            core::ec::unknown_agent);
  EXPECT_EQ(ask_uplink(messages::pause_agent{"nobody"}).code,
            core::ec::unknown_agent);
  EXPECT_EQ(ask_uplink(messages::resume_agent{"nobody"}).message,
            "there is no agent 'nobody'");
}

TEST_F(node_uplink_agents_test, has_each_id_once) {
  EXPECT_EQ(fleet_.add_agent(*node_.tree, echo("twin")), core::error{});
  EXPECT_EQ(fleet_.add_agent(*node_.tree, echo("twin")).code,
            core::ec::duplicate);
}

TEST_F(node_uplink_agents_test, pauses_an_agent_and_resumes_it) {
  fleet_.add_agent(*node_.tree, echo("remote"));
  EXPECT_EQ(ask_uplink(messages::pause_agent{"remote"}), core::error{});
  fleet_.advance(1s);
  auto id = fleet_.submit(echo_task("x"));
  fleet_.advance(1s);
  EXPECT_EQ(fleet_.get(id).status, core::task_status::pending);
  EXPECT_EQ(fleet_.agents()[0].note, "paused on node 'a'");
  EXPECT_EQ(ask_uplink(messages::resume_agent{"remote"}), core::error{});
  EXPECT_TRUE(fleet_.run_until_idle(2s));
}

TEST_F(node_uplink_agents_test, an_agent_that_dies_is_another_one_then) {
  auto runs = 0;
  fleet_.add_agent(*node_.tree, sleeper("remote", 3s, &runs));
  auto id = fleet_.submit(fleet_task("sleep"));
  fleet_.advance(1s);
  caf::anon_send_exit(fleet_.hosts(*node_.tree).front(),
                      caf::exit_reason::kill);
  fleet_.advance(10s);
  EXPECT_EQ(fleet_.get(id).status, core::task_status::completed);
  EXPECT_EQ(fleet_.get(id).attempt, 2u);
  EXPECT_EQ(runs, 2);
  ASSERT_EQ(fleet_.agents().size(), 1u);
  EXPECT_EQ(fleet_.agents()[0].status, core::agent_status::idle);
}

TEST_F(node_uplink_agents_test, an_agent_may_die_while_it_is_cut_off) {
  auto runs = 0;
  fleet_.add_agent(*node_.tree, sleeper("remote", 3s, &runs));
  auto id = fleet_.submit(fleet_task("sleep"));
  fleet_.advance(1s);
  cut_off();
  caf::anon_send_exit(fleet_.hosts(*node_.tree).front(),
                      caf::exit_reason::kill);
  fleet_.advance(1s);
  join_again();
  EXPECT_TRUE(fleet_.run_until_idle(10s));
  EXPECT_EQ(fleet_.get(id).attempt, 2u);
  EXPECT_EQ(runs, 2);
}

TEST_F(node_uplink_agents_test, one_that_was_to_go_does_not_come_back) {
  remove_while_working();
  caf::anon_send_exit(fleet_.hosts(*node_.tree).front(),
                      caf::exit_reason::kill);
  fleet_.advance(5s);
  EXPECT_TRUE(there().empty());
  EXPECT_TRUE(fleet_.agents().empty());
  // One that is added is another.
  EXPECT_EQ(fleet_.add_agent(*node_.tree, echo("remote")), core::error{});
  EXPECT_EQ(fleet_.agents().size(), 1u);
}

TEST_F(node_uplink_agents_test, what_waits_to_go_on_is_lost_with_its_agent) {
  actors::agent_definition agent{"remote"};
  agent.slots(1);
  agent.on("ask", [](actors::task_context& ctx) -> core::async<core::payload> {
    const core::payload text{{"type", "string"}};
    co_return co_await ctx.input("how?", text);
  });
  agent.on("sleep",
           [](actors::task_context& ctx) -> core::async<core::payload> {
             co_await ctx.sleep(5s);
             co_return slept();
           });
  fleet_.add_agent(*node_.tree, std::move(agent));
  auto id = fleet_.submit(fleet_task("ask"));
  fleet_.advance(1s);
  fleet_.submit(fleet_task("sleep"));
  fleet_.advance(1s);
  // Answered, and without a slot to go on with.
  auto manager = fleet_.parts().manager;
  fleet_.send(manager,
              messages::provide_input{id, core::payload(core::json("so"))});
  fleet_.advance(1s);
  EXPECT_FALSE(fleet_.get(id).has_ended());
  caf::anon_send_exit(fleet_.hosts(*node_.tree).front(),
                      caf::exit_reason::kill);
  ASSERT_TRUE(fleet_.run_until_idle(20s));
  EXPECT_EQ(fleet_.get(id).result.value(), "so");
  EXPECT_EQ(fleet_.get(id).attempt, 2u);
}

TEST_F(node_uplink_agents_test, waits_until_what_it_hands_back_has_stopped) {
  host slow{fleet_};
  auto id = leave_while_working(slow);
  fleet_.advance(3s);
  EXPECT_EQ(slow.take_one<messages::cancel_attempts>().keys,
            (std::vector{core::attempt_key{id, 1}}));
  EXPECT_EQ(fleet_.get(id).status, core::task_status::running);
  EXPECT_EQ(node_.states->back().first, actors::node_state::joined);
  messages::attempts_ended report;
  report.outcomes.emplace_back().key = {id, 1};
  slow.send(node_.tree->uplink(), std::move(report));
  fleet_.settle();
  EXPECT_EQ(node_.states->back().first, actors::node_state::left);
  EXPECT_EQ(fleet_.get(id).status, core::task_status::pending);
}

TEST_F(node_uplink_agents_test, hands_back_in_the_end_what_does_not_stop) {
  host slow{fleet_};
  auto id = leave_while_working(slow);
  fleet_.advance(6s);
  EXPECT_EQ(fleet_.get(id).status, core::task_status::running);
  fleet_.advance(2s);
  EXPECT_EQ(node_.states->back().first, actors::node_state::left);
  EXPECT_EQ(fleet_.get(id).status, core::task_status::pending);
}

TEST_F(node_uplink_agents_test, offers_an_agent_again_in_a_new_session) {
  fleet_.add_agent(fleet_.manager(), echo("mine"));
  fleet_.add_agent(*node_.tree, echo("mine"));
  fleet_.advance(1s);
  EXPECT_EQ(there()[0].note, "there is an agent 'mine' already");
  fleet_.send(fleet_.parts().router, messages::remove_agent{"mine", true});
  fleet_.advance(1s);
  // Silent for so long that it has been given up.
  node_.line->is_open = false;
  node_.line->is_mute = true;
  fleet_.advance(15s);
  node_.line->is_open = true;
  node_.line->is_mute = false;
  fleet_.advance(25s);
  EXPECT_EQ(there()[0].note, "");
  EXPECT_EQ(there()[0].status, core::agent_status::idle);
  ASSERT_EQ(fleet_.agents().size(), 1u);
  EXPECT_EQ(fleet_.agents()[0].spec.node, "a");
}

TEST_P(leaving_under_load_test, a_node_that_leaves_loses_nothing) {
  auto& node = fleet_.at("a");
  fleet_.send(node.tree->uplink(), actors::leave_fleet{10s});
  expect_that_each_ran_once();
  EXPECT_EQ(node.states->back().first, actors::node_state::left);
}

TEST_P(leaving_under_load_test, an_agent_that_is_removed_loses_nothing) {
  auto& node = fleet_.at("a");
  fleet_.send(node.tree->uplink(), messages::remove_agent{"first", false});
  expect_that_each_ran_once();
  EXPECT_EQ(fleet_.agents().size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(seeds, leaving_under_load_test,
                         testing::Range<uint64_t>(1, 21));

TEST_F(node_uplink_agents_test, waits_for_ever_if_it_is_to) {
  fleet_.add_agent(*node_.tree, sleeper("remote", 100s));
  auto id = fleet_.submit(fleet_task("sleep"));
  fleet_.advance(1s);
  fleet_.send(node_.tree->uplink(), actors::leave_fleet{core::duration::max()});
  fleet_.advance(50s, 100ms);
  EXPECT_EQ(node_.states->back().first, actors::node_state::joined);
  fleet_.advance(60s, 100ms);
  EXPECT_EQ(node_.states->back().first, actors::node_state::left);
  EXPECT_EQ(fleet_.get(id).status, core::task_status::completed);
}

TEST_F(node_uplink_agents_test, leaves_sooner_if_it_is_told_again) {
  fleet_.add_agent(*node_.tree, sleeper("remote", 100s));
  fleet_.submit(fleet_task("sleep"));
  fleet_.advance(1s);
  fleet_.send(node_.tree->uplink(), actors::leave_fleet{core::duration::max()});
  fleet_.advance(1s);
  fleet_.send(node_.tree->uplink(), actors::leave_fleet{2s});
  fleet_.advance(3s);
  EXPECT_EQ(node_.states->back().first, actors::node_state::left);
}

TEST_F(node_uplink_agents_test, a_drain_reaches_a_node_that_is_cut_off) {
  fleet_.add_agent(*node_.tree, sleeper("remote", 6s));
  auto id = fleet_.submit(fleet_task("sleep"));
  fleet_.advance(1s);
  // The order gets lost with the connection.
  node_.line->is_mute = true;
  fleet_.send(fleet_.manager().fleet()->find("a")->session,
              actors::drain_node{60s});
  fleet_.settle();
  node_.line->is_mute = false;
  node_.line->cut();
  fleet_.advance(10s);
  EXPECT_EQ(fleet_.get(id).status, core::task_status::completed);
  EXPECT_EQ(node_.states->back().first, actors::node_state::left);
  EXPECT_FALSE(fleet_.manager().fleet()->find("a"));
}

} // namespace troupe::test
