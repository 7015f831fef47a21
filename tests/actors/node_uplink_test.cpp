#include "tests/actors/fleet_agents.hpp"
#include "tests/support/virtual_fleet.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;

/// What a node's handlers can do, they can do as if they were here.
class node_uplink_test : public testing::Test {
protected:
  node_uplink_test() : node_(fleet_.start_node("a")) {
    fleet_.advance(1s);
  }

  /// An agent of the node with one capability.
  template <class F>
  void add(const std::string& capability, F handler) {
    actors::agent_definition agent{capability + "-agent"};
    agent.slots(4);
    agent.on(capability, std::move(handler));
    EXPECT_EQ(fleet_.add_agent(*node_.tree, std::move(agent)), core::error{});
  }

  core::error tell_manager(auto request) {
    return fleet_
      .ask<messages::done>(fleet_.parts().manager, std::move(request))
      .failure;
  }

  std::vector<core::event> events_of(const core::task_id& id) {
    fleet_.send(fleet_.parts().bus, messages::subscribe{1, 1'000'000});
    fleet_.settle();
    std::vector<core::event> result;
    auto& self = fleet_.self();
    while (self->has_next_message())
      self->receive(
        [&](messages::events_published& x) {
          for (auto& event : x.events)
            if (event.task == id)
              result.push_back(std::move(event));
        },
        [](messages::subscribed&) {
          // nop
        },
        [](messages::done&) {
          // nop
        });
    return result;
  }

  void break_connection() {
    node_.line->cut();
    fleet_.advance(1s);
  }

  virtual_fleet fleet_;
  virtual_fleet::node& node_;
};

} // namespace

TEST_F(node_uplink_test, a_handler_asks_and_is_answered) {
  add("ask", [](actors::task_context& ctx) -> core::async<core::payload> {
    const core::payload schema{{"type", "string"}};
    co_return co_await ctx.input("how?", schema);
  });
  auto id = fleet_.submit(fleet_task("ask"));
  fleet_.advance(1s);
  EXPECT_EQ(fleet_.get(id).status, core::task_status::input_required);
  break_connection();
  EXPECT_EQ(
    tell_manager(messages::provide_input{id, core::payload(core::json("so"))}),
    core::error{});
  ASSERT_TRUE(fleet_.run_until_idle(12s));
  EXPECT_EQ(fleet_.get(id).result.value(), "so");
  EXPECT_EQ(fleet_.get(id).attempt, 1u);
}

TEST_F(node_uplink_test, a_handler_tells_how_far_it_is) {
  add("tell", [](actors::task_context& ctx) -> core::async<core::payload> {
    ctx.progress(40, "nearly half");
    const core::payload part{{"part", 1}};
    ctx.emit(part);
    ctx.log("on the way");
    co_await ctx.sleep(5s);
    co_return core::payload{};
  });
  auto id = fleet_.submit(fleet_task("tell"));
  fleet_.advance(1s);
  EXPECT_EQ(fleet_.get(id).progress, 40);
  auto has_part = false;
  auto has_line = false;
  for (auto& event : events_of(id)) {
    has_part = has_part || event.data == core::payload{{"part", 1}};
    has_line = has_line
               || (event.kind == core::event_kind::task_logged
                   && event.text == "on the way");
  }
  EXPECT_TRUE(has_part);
  EXPECT_TRUE(has_line);
}

TEST_F(node_uplink_test, a_handler_asks_an_agent_of_another_node) {
  fleet_.add_agent(*fleet_.start_node("b").tree, echo("there"));
  add("relay", [](actors::task_context& ctx) -> core::async<core::payload> {
    const core::payload question{{"text", "hello"}};
    co_return co_await ctx.ask("echo", question);
  });
  auto id = fleet_.submit(fleet_task("relay"));
  ASSERT_TRUE(fleet_.run_until_idle(5s));
  EXPECT_EQ(fleet_.get(id).result, (core::payload{{"text", "hello"}}));
  EXPECT_EQ(fleet_.stats().completed, 2u);
}

TEST_F(node_uplink_test, a_task_pauses_at_its_checkpoint) {
  auto steps = 0;
  add("walk",
      [&steps](actors::task_context& ctx) -> core::async<core::payload> {
        for (; steps < 5; ++steps) {
          co_await ctx.sleep(1s);
          co_await ctx.checkpoint();
        }
        co_return core::payload{};
      });
  auto id = fleet_.submit(fleet_task("walk"));
  fleet_.advance(1500ms);
  EXPECT_EQ(tell_manager(messages::pause_task{id}), core::error{});
  fleet_.advance(2s);
  EXPECT_EQ(fleet_.get(id).status, core::task_status::paused);
  auto stood_at = steps;
  // Also when it goes on over another connection.
  break_connection();
  fleet_.advance(10s);
  EXPECT_EQ(steps, stood_at);
  EXPECT_EQ(tell_manager(messages::resume_task{id}), core::error{});
  ASSERT_TRUE(fleet_.run_until_idle(10s));
  EXPECT_EQ(fleet_.get(id).status, core::task_status::completed);
  EXPECT_EQ(fleet_.get(id).attempt, 1u);
}

TEST_F(node_uplink_test, a_parent_gives_its_slot_back_while_it_waits) {
  actors::agent_definition agent{"parent"};
  agent.slots(1);
  agent.on("plan", [](actors::task_context& ctx) -> core::async<core::payload> {
    auto child = co_await ctx.run(echo_task("from a child"));
    co_return child_result(child);
  });
  agent.on("echo", actors::cooperative([](actors::task_context& ctx) {
             return core::payload(ctx.parameters());
           }));
  fleet_.add_agent(*node_.tree, std::move(agent));
  auto id = fleet_.submit(fleet_task("plan"));
  ASSERT_TRUE(fleet_.run_until_idle(5s));
  EXPECT_EQ(fleet_.get(id).result.value()["child"]["text"], "from a child");
}

TEST_F(node_uplink_test, a_parent_hears_of_a_child_that_ended_meanwhile) {
  add("plan", [](actors::task_context& ctx) -> core::async<core::payload> {
    auto child = co_await ctx.run(fleet_task("sleep"));
    co_return child_result(child);
  });
  fleet_.add_agent(fleet_.manager(), sleeper("here", 3s));
  auto id = fleet_.submit(fleet_task("plan"));
  fleet_.advance(1s);
  node_.line->is_open = false;
  node_.line->cut();
  fleet_.advance(4s);
  node_.line->is_open = true;
  ASSERT_TRUE(fleet_.run_until_idle(12s));
  EXPECT_EQ(fleet_.get(id).result.value()["child"]["slept"], true);
  EXPECT_EQ(fleet_.get(id).attempt, 1u);
}

TEST_F(node_uplink_test, carries_many_tasks_at_once) {
  actors::agent_definition agent{"many"};
  agent.slots(3000);
  auto runs = 0;
  agent.on("sleep",
           [&runs](actors::task_context& ctx) -> core::async<core::payload> {
             ++runs;
             co_await ctx.sleep(1s);
             co_return core::payload{};
           });
  fleet_.add_agent(*node_.tree, std::move(agent));
  // More than fit into a batch, in the moment in which it comes back.
  node_.line->is_mute = true;
  for (int i = 0; i < 2500; ++i)
    fleet_.submit(fleet_task("sleep"));
  node_.line->cut();
  node_.line->is_mute = false;
  ASSERT_TRUE(fleet_.run_until_idle(20s));
  EXPECT_EQ(runs, 2500);
  EXPECT_EQ(fleet_.stats().unended(), 0u);
}

TEST_F(node_uplink_test, what_is_too_long_to_be_sent_fails_and_holds_up_none) {
  fleet_.batch_bytes_max = 10'000;
  auto& node = fleet_.start_node("b");
  const std::string text(10'000, 'x');
  actors::agent_definition agent{"both"};
  agent.slots(4);
  agent.on("tell", [&](actors::task_context&) { return core::payload{text}; });
  agent.on("plan",
           [&](actors::task_context& ctx) -> core::async<core::payload> {
             try {
               co_await ctx.run(echo_task(text));
               co_return core::payload{};
             } catch (const core::failure& x) {
               co_return core::payload{{"child", x.reason().message}};
             }
           });
  fleet_.add_agent(*node.tree, std::move(agent));
  fleet_.add_agent(*node.tree, echo("echo"));
  auto told = fleet_.submit(fleet_task("tell"));
  auto planned = fleet_.submit(fleet_task("plan"));
  auto small = fleet_.submit(echo_task("hello"));
  ASSERT_TRUE(fleet_.run_until_idle(5s));
  const std::string why = "it is more than the 10000 bytes that a node can "
                          "send at once";
  ASSERT_TRUE(fleet_.get(told).failure);
  EXPECT_EQ(fleet_.get(told).failure->code, core::ec::limit_exceeded);
  EXPECT_EQ(fleet_.get(told).failure->message, why);
  EXPECT_EQ(fleet_.get(told).attempt, 1u);
  EXPECT_EQ(fleet_.get(planned).result, (core::payload{{"child", why}}));
  EXPECT_EQ(fleet_.get(small).result, (core::payload{{"text", "hello"}}));
}

TEST_F(node_uplink_test, another_uplink_gives_up_what_ran) {
  auto runs = 0;
  auto at_once = 0;
  auto most = 0;

  struct count_of {
    int* count;

    ~count_of() {
      --*count;
    }
  };

  add("sleep", [&](actors::task_context& ctx) -> core::async<core::payload> {
    ++runs;
    most = std::max(most, ++at_once);
    count_of ended{&at_once};
    co_await ctx.sleep(5s);
    co_return core::payload{};
  });
  auto id = fleet_.submit(fleet_task("sleep"));
  fleet_.advance(1s);
  caf::anon_send_exit(node_.tree->uplink(), caf::exit_reason::kill);
  ASSERT_TRUE(fleet_.run_until_idle(20s));
  EXPECT_EQ(fleet_.get(id).status, core::task_status::completed);
  EXPECT_EQ(fleet_.get(id).attempt, 2u);
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(most, 1);
  // And it can leave: it knows that the first one has ended.
  fleet_.send(node_.tree->uplink(), actors::leave_fleet{60s});
  fleet_.advance(3s);
  EXPECT_EQ(node_.states->back().first, actors::node_state::left);
}

TEST_F(node_uplink_test, a_cancellation_reaches_a_node_that_was_cut_off) {
  auto runs = 0;
  fleet_.add_agent(*node_.tree, sleeper("remote", 60s, &runs));
  auto id = fleet_.submit(fleet_task("sleep"));
  fleet_.advance(1s);
  node_.line->is_open = false;
  node_.line->cut();
  fleet_.settle();
  EXPECT_EQ(tell_manager(messages::cancel_task{id}), core::error{});
  node_.line->is_open = true;
  fleet_.advance(11s);
  EXPECT_EQ(fleet_.get(id).status, core::task_status::cancelled);
  auto there = fleet_.ask<messages::agent_list>(node_.tree->uplink(),
                                                messages::get_agents{});
  EXPECT_EQ(there.agents.at(0).running, 0u);
}

TEST_F(node_uplink_test, what_a_process_had_begun_is_made_again) {
  auto runs = 0;
  fleet_.add_agent(*node_.tree, sleeper("remote", 5s, &runs));
  auto id = fleet_.submit(fleet_task("sleep"));
  fleet_.advance(1s);
  for (int i = 0; i < 3; ++i) {
    caf::anon_send_exit(node_.tree->uplink(), caf::exit_reason::kill);
    fleet_.advance(500ms);
  }
  ASSERT_TRUE(fleet_.run_until_idle(30s));
  EXPECT_EQ(fleet_.get(id).status, core::task_status::completed);
}

} // namespace troupe::test
