#include "storage/memory_journal.hpp"
#include "tests/actors/fleet_agents.hpp"
#include "tests/support/virtual_fleet.hpp"

#include <gtest/gtest.h>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;

class node_session_test : public testing::Test {
protected:
  virtual_fleet fleet_;
};

} // namespace

TEST_F(node_session_test, runs_tasks_on_another_node) {
  auto& node = fleet_.start_node("a");
  EXPECT_EQ(fleet_.add_agent(*node.tree, echo("remote")).code, core::ec::none);
  auto id = fleet_.submit(echo_task("hello"));
  ASSERT_TRUE(fleet_.run_until_idle(5s));
  auto record = fleet_.get(id);
  EXPECT_EQ(record.status, core::task_status::completed);
  EXPECT_EQ(record.agent, "remote");
  EXPECT_EQ(record.result.value()["text"], "hello");
}

TEST_F(node_session_test, shows_where_an_agent_lives) {
  auto& node = fleet_.start_node("a");
  fleet_.add_agent(*node.tree, echo("remote"));
  auto agents = fleet_.agents();
  ASSERT_EQ(agents.size(), 1u);
  EXPECT_EQ(agents[0].spec.node, "a");
  EXPECT_EQ(agents[0].status, core::agent_status::idle);
}

TEST_F(node_session_test, fails_what_is_too_long_to_be_sent) {
  fleet_.kill_manager();
  fleet_.batch_bytes_max = 10'000;
  fleet_.start_manager();
  fleet_.add_agent(*fleet_.start_node("a").tree, echo("remote"));
  auto large = fleet_.submit(echo_task(std::string(10'000, 'x')));
  auto small = fleet_.submit(echo_task("hello"));
  ASSERT_TRUE(fleet_.run_until_idle(5s));
  auto record = fleet_.get(large);
  ASSERT_TRUE(record.failure);
  EXPECT_EQ(record.failure->message,
            "what the task is given is more than the 10000 bytes that can be "
            "sent to a node");
  EXPECT_EQ(record.attempt, 1u);
  EXPECT_EQ(fleet_.get(small).result.value()["text"], "hello");
}

TEST_F(node_session_test, goes_on_when_the_connection_breaks) {
  auto runs = 0;
  auto& node = fleet_.start_node("a");
  fleet_.add_agent(*node.tree, sleeper("remote", 5s, &runs));
  auto id = fleet_.submit(fleet_task("sleep"));
  fleet_.advance(1s);
  node.line->cut();
  fleet_.advance(10s);
  auto record = fleet_.get(id);
  EXPECT_EQ(record.status, core::task_status::completed);
  EXPECT_EQ(record.attempt, 1u);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(node.line->connections, 2u);
}

TEST_F(node_session_test, delivers_what_ended_while_it_was_cut_off) {
  auto& node = fleet_.start_node("a");
  fleet_.add_agent(*node.tree, sleeper("remote", 2s));
  auto id = fleet_.submit(fleet_task("sleep"));
  fleet_.advance(1s);
  node.line->is_open = false;
  node.line->cut();
  fleet_.advance(3s);
  EXPECT_EQ(fleet_.get(id).status, core::task_status::running);
  node.line->is_open = true;
  fleet_.advance(5s);
  EXPECT_EQ(fleet_.get(id).status, core::task_status::completed);
  EXPECT_EQ(fleet_.get(id).attempt, 1u);
}

TEST_F(node_session_test, gives_no_new_work_to_a_node_that_is_silent) {
  auto& node = fleet_.start_node("a");
  fleet_.add_agent(*node.tree, echo("remote"));
  node.line->is_open = false;
  node.line->is_mute = true;
  fleet_.advance(4s);
  auto id = fleet_.submit(fleet_task("echo"));
  EXPECT_EQ(fleet_.get(id).status, core::task_status::pending);
  EXPECT_EQ(fleet_.agents()[0].status, core::agent_status::offline);
  node.line->is_mute = false;
  node.line->is_open = true;
  fleet_.advance(12s);
  EXPECT_EQ(fleet_.get(id).status, core::task_status::completed);
}

TEST_F(node_session_test, runs_elsewhere_what_a_dead_node_had) {
  auto& node = fleet_.start_node("a");
  fleet_.add_agent(*node.tree, sleeper("first", 60s));
  auto id = fleet_.submit(fleet_task("sleep"));
  fleet_.advance(1s);
  fleet_.add_agent(*fleet_.start_node("b").tree, sleeper("second", 1s));
  fleet_.kill_node("a");
  fleet_.advance(15s);
  auto record = fleet_.get(id);
  EXPECT_EQ(record.status, core::task_status::completed);
  EXPECT_EQ(record.agent, "second");
  EXPECT_EQ(record.attempt, 2u);
}

TEST(node_session_times_test, gives_up_soon_whose_connection_was_closed) {
  virtual_fleet fleet{0, {}, {}};
  auto& node = fleet.start_node("a");
  fleet.add_agent(*node.tree, sleeper("first", 60s));
  auto id = fleet.submit(fleet_task("sleep"));
  fleet.advance(1s);
  fleet.add_agent(*fleet.start_node("b").tree, sleeper("second", 60s));
  fleet.kill_node("a");
  fleet.advance(1400ms);
  EXPECT_EQ(fleet.get(id).attempt, 1u);
  fleet.advance(200ms);
  EXPECT_EQ(fleet.get(id).agent, "second");
  EXPECT_EQ(fleet.get(id).attempt, 2u);
}

TEST(node_session_times_test, gives_time_to_whose_connection_is_there) {
  virtual_fleet fleet{0, {}, {}};
  auto& node = fleet.start_node("a");
  fleet.add_agent(*node.tree, sleeper("first", 20s));
  auto id = fleet.submit(fleet_task("sleep"));
  fleet.advance(1s);
  node.line->cut();
  fleet.advance(1s);
  node.line->is_mute = true;
  fleet.advance(2s);
  node.line->is_mute = false;
  fleet.advance(20s);
  EXPECT_EQ(fleet.get(id).status, core::task_status::completed);
  EXPECT_EQ(fleet.get(id).attempt, 1u);
}

TEST_F(node_session_test, stops_by_itself_when_its_lease_is_over) {
  auto first = 0;
  auto& node = fleet_.start_node("a");
  auto stopped_at = core::never;
  actors::agent_definition agent{"first"};

  struct on_end {
    core::time_point* at;
    virtual_fleet* fleet;

    ~on_end() {
      *at = fleet->now();
    }
  };

  agent.on("sleep",
           [&](actors::task_context& ctx) -> core::async<core::payload> {
             ++first;
             on_end noticed{&stopped_at, &fleet_};
             co_await ctx.sleep(60s);
             co_return core::payload{};
           });
  fleet_.add_agent(*node.tree, agent);
  auto id = fleet_.submit(fleet_task("sleep"));
  fleet_.advance(1s);
  auto began = core::never;
  actors::agent_definition other{"second"};
  other.on("sleep", actors::cooperative([&](actors::task_context&) {
             began = fleet_.now();
             return core::payload{};
           }));
  fleet_.add_agent(*fleet_.start_node("b").tree, other);
  node.line->is_open = false;
  node.line->is_mute = true;
  fleet_.advance(15s);
  EXPECT_EQ(fleet_.get(id).status, core::task_status::completed);
  EXPECT_EQ(first, 1);
  ASSERT_NE(stopped_at, core::never);
  ASSERT_NE(began, core::never);
  EXPECT_LT(stopped_at, began);
}

TEST_F(node_session_test, replaces_a_process_that_was_started_again) {
  fleet_.add_agent(*fleet_.start_node("a").tree, sleeper("remote", 60s));
  auto id = fleet_.submit(fleet_task("sleep"));
  fleet_.advance(1s);
  fleet_.kill_node("a");
  fleet_.add_agent(*fleet_.start_node("a").tree, sleeper("remote", 1s));
  fleet_.advance(5s);
  auto record = fleet_.get(id);
  EXPECT_EQ(record.status, core::task_status::completed);
  EXPECT_EQ(record.attempt, 2u);
  EXPECT_EQ(fleet_.agents().back().status, core::agent_status::idle);
}

TEST_F(node_session_test, refuses_an_agent_with_an_id_that_is_taken) {
  fleet_.add_agent(fleet_.manager(), echo("mine"));
  auto& node = fleet_.start_node("a");
  fleet_.add_agent(*node.tree, echo("mine"));
  fleet_.advance(1s);
  EXPECT_EQ(fleet_.agents().size(), 1u);
  auto there = fleet_.ask<messages::agent_list>(node.tree->uplink(),
                                                messages::get_agents{});
  ASSERT_EQ(there.agents.size(), 1u);
  EXPECT_EQ(there.agents[0].status, core::agent_status::offline);
  EXPECT_EQ(there.agents[0].note, "there is an agent 'mine' already");
}

TEST_F(node_session_test, carries_children_to_the_manager_and_back) {
  auto& node = fleet_.start_node("a");
  actors::agent_definition parent{"parent"};
  parent.slots(1);
  parent.on("plan",
            [](actors::task_context& ctx) -> core::async<core::payload> {
              auto child = co_await ctx.run(echo_task("from a child"));
              co_return child_result(child);
            });
  fleet_.add_agent(*node.tree, parent);
  fleet_.add_agent(fleet_.manager(), echo("here"));
  auto id = fleet_.submit(fleet_task("plan"));
  ASSERT_TRUE(fleet_.run_until_idle(5s));
  EXPECT_EQ(fleet_.get(id).result.value()["child"]["text"], "from a child");
}

TEST_F(node_session_test, cancels_what_runs_on_a_node) {
  auto& node = fleet_.start_node("a");
  fleet_.add_agent(*node.tree, sleeper("remote", 60s));
  auto id = fleet_.submit(fleet_task("sleep"));
  fleet_.advance(1s);
  auto answer = fleet_.ask<messages::done>(fleet_.parts().manager,
                                           messages::cancel_task{id});
  EXPECT_EQ(answer.failure.code, core::ec::none);
  fleet_.advance(1s);
  EXPECT_EQ(fleet_.get(id).status, core::task_status::cancelled);
  EXPECT_EQ(fleet_.agents()[0].running, 0u);
}

TEST_F(node_session_test, lets_a_node_end_what_it_has_and_leave) {
  auto& node = fleet_.start_node("a");
  fleet_.add_agent(*node.tree, sleeper("remote", 3s));
  auto id = fleet_.submit(fleet_task("sleep"));
  fleet_.advance(1s);
  fleet_.send(node.tree->uplink(), actors::leave_fleet{10s});
  fleet_.advance(1s);
  auto later = fleet_.submit(fleet_task("sleep"));
  fleet_.advance(3s);
  EXPECT_EQ(fleet_.get(id).status, core::task_status::completed);
  EXPECT_EQ(fleet_.get(later).status, core::task_status::pending);
  EXPECT_EQ(node.states->back().first, actors::node_state::left);
  EXPECT_FALSE(fleet_.manager().fleet()->find("a"));
}

TEST_F(node_session_test, hands_back_what_a_leaving_node_cannot_end) {
  auto& node = fleet_.start_node("a");
  fleet_.add_agent(*node.tree, sleeper("first", 60s));
  auto id = fleet_.submit(fleet_task("sleep"));
  fleet_.advance(1s);
  fleet_.add_agent(*fleet_.start_node("b").tree, sleeper("second", 1s));
  fleet_.send(node.tree->uplink(), actors::leave_fleet{2s});
  fleet_.advance(5s);
  EXPECT_EQ(fleet_.get(id).status, core::task_status::completed);
  EXPECT_EQ(fleet_.get(id).agent, "second");
}

TEST_F(node_session_test, sends_large_payloads_in_pieces) {
  auto& node = fleet_.start_node("a");
  fleet_.add_agent(*node.tree, echo("remote"));
  std::string text(3'000'000, 'x');
  auto id = fleet_.submit(echo_task(text));
  ASSERT_TRUE(fleet_.run_until_idle(5s));
  EXPECT_EQ(fleet_.get(id).result.value()["text"], text);
}

TEST(node_session_restart_test, keeps_what_runs_while_the_manager_is_away) {
  auto runs = 0;
  auto journal = std::make_shared<storage::memory_journal>();
  virtual_fleet fleet{0, journal};
  auto& node = fleet.start_node("a");
  fleet.add_agent(*node.tree, sleeper("remote", 6s, &runs));
  auto id = fleet.submit(fleet_task("sleep"));
  fleet.advance(1s);
  fleet.kill_manager();
  fleet.advance(2s);
  fleet.start_manager();
  EXPECT_EQ(fleet.get(id).status, core::task_status::running);
  fleet.advance(20s);
  EXPECT_EQ(fleet.get(id).status, core::task_status::completed);
  EXPECT_EQ(fleet.get(id).attempt, 1u);
  EXPECT_EQ(runs, 1);
}

TEST(node_session_restart_test, loses_what_a_node_does_not_bring_back) {
  auto journal = std::make_shared<storage::memory_journal>();
  virtual_fleet fleet{0, journal};
  fleet.add_agent(*fleet.start_node("a").tree, sleeper("remote", 6s));
  auto id = fleet.submit(fleet_task("sleep"));
  fleet.advance(1s);
  fleet.kill_manager();
  fleet.kill_node("a");
  fleet.start_manager();
  fleet.advance(12s);
  EXPECT_EQ(fleet.get(id).status, core::task_status::pending);
  fleet.add_agent(*fleet.start_node("a").tree, sleeper("remote", 1s));
  fleet.advance(5s);
  EXPECT_EQ(fleet.get(id).status, core::task_status::completed);
  EXPECT_EQ(fleet.get(id).attempt, 2u);
}

TEST(node_session_restart_test, gives_a_node_what_was_ordered_before_it_came) {
  auto runs = 0;
  auto journal = std::make_shared<storage::memory_journal>();
  virtual_fleet fleet{0, journal};
  auto& node = fleet.start_node("a");
  fleet.add_agent(*node.tree, sleeper("remote", 2s, &runs));
  fleet.advance(1s);
  node.line->is_open = false;
  fleet.kill_manager();
  fleet.start_manager();
  auto id = fleet.submit(fleet_task("sleep"));
  // Whoever stands for the agent next gets it before he knows that nobody is
  // there.
  auto host = fleet.manager().roster()->all().at(0).host;
  caf::anon_send_exit(caf::actor_cast<caf::actor>(host),
                      caf::exit_reason::kill);
  fleet.advance(1s);
  ASSERT_EQ(fleet.get(id).status, core::task_status::running);
  node.line->is_open = true;
  fleet.advance(10s);
  EXPECT_EQ(fleet.get(id).status, core::task_status::completed);
  EXPECT_EQ(fleet.get(id).attempt, 1u);
  EXPECT_EQ(runs, 1);
}

TEST(node_session_restart_test, a_child_that_has_ended_is_not_made_again) {
  auto runs = 0;
  auto journal = std::make_shared<storage::memory_journal>();
  virtual_fleet fleet{0, journal};
  auto& node = fleet.start_node("a");
  actors::agent_definition agent{"planner"};
  agent.on("plan", [](actors::task_context& ctx) -> core::async<core::payload> {
    auto child = co_await ctx.run(fleet_task("sleep"));
    co_return child_result(child);
  });
  fleet.add_agent(*node.tree, std::move(agent));
  fleet.add_agent(*fleet.start_node("b").tree, sleeper("other", 1s, &runs));
  auto id = fleet.submit(fleet_task("plan"));
  fleet.advance(500ms);
  node.line->is_open = false;
  node.line->cut();
  fleet.advance(1s);
  fleet.kill_manager();
  node.line->is_open = true;
  fleet.start_manager();
  ASSERT_TRUE(fleet.run_until_idle(20s));
  EXPECT_EQ(fleet.get(id).result.value()["child"]["slept"], true);
  EXPECT_EQ(fleet.get(id).attempt, 1u);
  EXPECT_EQ(runs, 1);
}

TEST(node_session_restart_test, keeps_what_runs_when_a_welcome_is_lost) {
  auto runs = 0;
  auto journal = std::make_shared<storage::memory_journal>();
  virtual_fleet fleet{0, journal};
  auto& node = fleet.start_node("a");
  fleet.add_agent(*node.tree, sleeper("remote", 10s, &runs));
  auto id = fleet.submit(fleet_task("sleep"));
  fleet.advance(1s);
  fleet.kill_manager();
  fleet.start_manager();
  // It has asked to enter when there is a way back to it.
  while (node.line->ends.size() < 2)
    if (!fleet.step())
      fleet.pass(10ms);
  node.line->is_mute = true;
  fleet.advance(1s);
  node.line->is_mute = false;
  EXPECT_EQ(node.states->back().first, actors::node_state::waiting);
  fleet.advance(15s);
  EXPECT_EQ(node.states->back().first, actors::node_state::joined);
  EXPECT_EQ(fleet.get(id).status, core::task_status::completed);
  EXPECT_EQ(fleet.get(id).attempt, 1u);
  EXPECT_EQ(runs, 1);
}

} // namespace troupe::test
