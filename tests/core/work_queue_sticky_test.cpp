// Tasks with one key go to one agent.

#include "core/node_spec.hpp"
#include "tests/core/work_queue_fixture.hpp"

namespace troupe::core {

namespace {

class work_queue_sticky_test : public work_queue_fixture {
protected:
  work_queue_sticky_test() {
    configure({.max_concurrent = 0, .routing = routing_strategy::sticky});
  }

  void lend_on(const std::string& node, uint32_t agent) {
    agent_spec spec{.id = agent_name(agent), .capabilities = {"scan"}};
    spec.node = node;
    auto there = with_node(std::move(spec), {node, {}, {}});
    queue->granted(
      {{agent, std::make_shared<const agent_spec>(std::move(there)), 1}});
  }

  /// Starts a task with the key on the agent, and ends it.
  void bind(const std::string& key, uint32_t agent) {
    auto name = "binds " + key;
    enqueue(name, {.sticky_key = key});
    lend(agent, 1);
    EXPECT_EQ(started(), lines{name + "#1 on " + agent_name(agent)});
    end(name);
    queue->pause();
    plan();
    queue->resume();
  }
};

} // namespace

TEST_F(work_queue_sticky_test, a_key_stays_with_its_agent) {
  bind("k", 0);
  bind("l", 1);
  enqueue("x", {.sticky_key = "k"});
  enqueue("y", {.sticky_key = "l"});
  lend(1, 2);
  EXPECT_EQ(started(), lines{"y#1 on b"});
  EXPECT_EQ(wants, lines{"1 of [scan] on agent a at 50"});
  lend(0, 1);
  EXPECT_EQ(started(), lines{"x#1 on a"});
}

TEST_F(work_queue_sticky_test, tasks_that_wait_together_stay_together) {
  for (auto* name : {"x", "y", "z"})
    enqueue(name, {.sticky_key = "k"});
  lend(0, 1);
  lend(1, 4);
  plan();
  EXPECT_EQ(runs, lines{"x#1 on a"});
  end("x");
  EXPECT_EQ(started(), lines{"y#1 on a"});
}

TEST_F(work_queue_sticky_test, a_key_gets_another_agent_when_its_own_leaves) {
  bind("k", 0);
  enqueue("x", {.sticky_key = "k"});
  lend(1, 1);
  EXPECT_EQ(started(), lines{});
  queue->agent_left(0, clock);
  lend(1, 1);
  EXPECT_EQ(started(), lines{"x#1 on b"});
  enqueue("y", {.sticky_key = "k"});
  end("x");
  lend(2, 4);
  EXPECT_EQ(started(), lines{"y#1 on b"});
}

TEST_F(work_queue_sticky_test, what_its_agent_cannot_do_goes_elsewhere) {
  bind("k", 0);
  enqueue("x", {.capabilities = {"print"}, .sticky_key = "k"});
  lend(1, 1, {"print"});
  EXPECT_EQ(started(), lines{"x#1 on b"});
  // The key stays where it was.
  enqueue("y", {.sticky_key = "k"});
  lend(1, 1, {"scan"});
  lend(0, 1);
  EXPECT_EQ(started(), lines{"y#1 on a"});
}

TEST_F(work_queue_sticky_test, keys_mean_nothing_to_other_strategies) {
  configure({.routing = routing_strategy::least_loaded});
  bind("k", 0);
  enqueue("x", {.sticky_key = "k"});
  lend(1, 1);
  EXPECT_EQ(started(), lines{"x#1 on b"});
}

TEST_F(work_queue_sticky_test, a_key_prefers_the_node_of_an_agent_that_left) {
  enqueue("x", {.sticky_key = "k"});
  lend_on("north", 0);
  EXPECT_EQ(started(), lines{"x#1 on a"});
  end("x");
  enqueue("y", {.sticky_key = "k"});
  queue->agent_left(0, clock);
  // The router has to say whether there is a better one.
  lend_on("south", 1);
  EXPECT_EQ(started(), lines{});
  lend_on("north", 2);
  EXPECT_EQ(started(), lines{"y#1 on c"});
  // Now the key is its own.
  end("y");
  enqueue("z", {.sticky_key = "k"});
  lend_on("north", 3);
  EXPECT_EQ(started(), lines{"z#1 on c"});
}

TEST_F(work_queue_sticky_test, nothing_waits_for_a_node) {
  enqueue("x", {.sticky_key = "k"});
  lend_on("north", 0);
  started();
  end("x");
  queue->agent_left(0, clock);
  enqueue("y", {.sticky_key = "k"});
  lend_on("south", 1);
  EXPECT_EQ(started(), lines{});
  lend_on("south", 1);
  // Of the classes, that of the key's agent was the second.
  queue->answered({0, 1});
  EXPECT_EQ(started(), lines{"y#1 on b"});
}

} // namespace troupe::core
