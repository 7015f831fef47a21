// Two runtimes on real threads, joined by the real network on loopback.

#include "tests/actors/fleet_agents.hpp"
#include "tests/actors/runtimes.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;

actors::runtime_options listening() {
  actors::runtime_options options;
  options.listen.emplace();
  return options;
}

actors::runtime_options joining(const actors::runtime& manager,
                                std::string name = "worker-1") {
  actors::runtime_options options;
  options.join.emplace();
  options.join->node.name = std::move(name);
  options.join->link.host = "127.0.0.1";
  options.join->link.port = manager.port();
  return options;
}

} // namespace

TEST(runtime_nodes_test, runs_on_another_node) {
  actors::runtime manager{listening()};
  actors::runtime node{joining(manager)};
  ASSERT_TRUE(node.add_agent(namer("remote")));
  ASSERT_TRUE(node.wait_until_joined(20s));
  auto id = manager.submit(task("hello"));
  ASSERT_TRUE(id);
  auto record = manager.wait(*id);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->status, core::task_status::completed);
  EXPECT_EQ(record->result.value(), "hello");
  EXPECT_EQ(record->agent, "remote");
  auto nodes = manager.nodes();
  ASSERT_TRUE(nodes);
  ASSERT_EQ(nodes->size(), 1u);
  EXPECT_EQ(nodes->front().spec.name, "worker-1");
  EXPECT_EQ(nodes->front().agents, 1u);
}

TEST(runtime_nodes_test, a_node_has_no_tasks) {
  actors::runtime manager{listening()};
  actors::runtime node{joining(manager)};
  EXPECT_EQ(failure_of(node.submit(task("hello"))).code, core::ec::unavailable);
  EXPECT_EQ(failure_of(node.nodes()).code, core::ec::invalid_argument);
}

TEST(runtime_nodes_test, payloads_have_to_fit_into_what_nodes_exchange) {
  auto options = listening();
  ++options.payload_bytes_max;
  EXPECT_THROW(actors::runtime{std::move(options)}, std::invalid_argument);
}

TEST(runtime_nodes_test, who_does_not_listen_has_no_nodes) {
  actors::runtime alone;
  EXPECT_EQ(alone.port(), 0);
  EXPECT_EQ(failure_of(alone.nodes()).message,
            "nodes cannot join; set runtime_options::listen");
  EXPECT_EQ(failure_of(alone.drain_node("worker-1", 1s)).code,
            core::ec::invalid_argument);
  EXPECT_EQ(failure_of(alone.wait_until_joined(1s)).message,
            "this runtime is no node; set runtime_options::join");
}

TEST(runtime_nodes_test, says_why_it_has_not_joined) {
  auto options = listening();
  options.listen->secret = *link::secret::from_text("a secret of some length");
  actors::runtime manager{options};
  auto join = joining(manager);
  std::promise<core::error> told;
  auto is_told = std::make_shared<std::atomic<bool>>(false);
  join.join->on_state = [&told, is_told](auto, const core::error& why) {
    if (!is_told->exchange(true))
      told.set_value(why);
  };
  actors::runtime node{join};
  EXPECT_EQ(told.get_future().get().message,
            "node 'worker-1' does not know the manager's secret; give it the "
            "same secret file");
  EXPECT_FALSE(node.wait_until_joined(0s));
}

TEST(runtime_nodes_test, knows_whom_it_cannot_drain) {
  actors::runtime manager{listening()};
  EXPECT_EQ(failure_of(manager.drain_node("nobody", 1s)).message,
            "there is no node 'nobody'");
}

TEST(runtime_nodes_test, a_node_that_is_drained_leaves) {
  actors::runtime manager{listening()};
  auto join = joining(manager);
  std::promise<void> left;
  join.join->on_state = [&left](auto state, auto&) {
    if (state == actors::node_state::left)
      left.set_value();
  };
  actors::runtime node{join};
  ASSERT_TRUE(node.wait_until_joined(20s));
  EXPECT_TRUE(manager.drain_node("worker-1", 1min));
  left.get_future().wait();
  EXPECT_EQ(failure_of(node.wait_until_joined(1s)).message,
            "the node has left");
}

} // namespace troupe::test
