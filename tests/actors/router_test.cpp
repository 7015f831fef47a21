// Long because it tries all that the router is asked for.

#include "actors/router.hpp"

#include "tests/support/recorder.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace troupe::test {

namespace {

using messages::agent_gone;
using messages::done;
using messages::slots_changed;
using messages::stop_agent;
using messages::want_slots;

class router_test : public ::testing::Test {
protected:
  using queue = recorder<messages::queue_actor>;
  using host = recorder<messages::agent_host_actor>;

  /// Gets the answers that come late.
  using client = recorder<compat::actor<void(done)>>;

  router_test() {
    attach(a_);
    attach(b_);
  }

  messages::router_actor spawn_router(uint32_t slots_max) {
    memory_ = std::make_shared<actors::router_memory>(slots_max);
    return spawn_router();
  }

  /// With what the last one knew.
  messages::router_actor spawn_router() {
    return system_.own(system_.system().spawn(actors::router, system_.env(),
                                              bus_.handle(), memory_, roster_));
  }

  void attach(queue& x) {
    messages::attach_queue_to_router request;
    request.name = &x == &a_ ? "a" : "b";
    request.queue = x.handle();
    EXPECT_EQ(system_.ask<done>(router_, request).failure, core::error{});
  }

  static messages::add_agent agent(const std::string& id, host& x,
                                   uint32_t slots) {
    core::agent_spec spec;
    spec.id = id;
    spec.capabilities = {"work"};
    spec.max_concurrent = slots;
    return {spec, x.handle(), std::make_shared<std::atomic<uint32_t>>(0)};
  }

  core::error add(const std::string& id, host& x, uint32_t slots) {
    return system_.ask<done>(router_, agent(id, x, slots)).failure;
  }

  void want(queue& who, uint32_t count, int32_t priority = 50) {
    auto demand = std::make_shared<core::demand>();
    demand->capabilities = {"work"};
    want_slots request;
    request.wants.push_back({0, demand, count, priority});
    who.send(router_, std::move(request));
    system_.settle();
  }

  void give_back(queue& who, uint32_t agent, uint32_t count) {
    want_slots request;
    request.returned.push_back({agent, count});
    who.send(router_, std::move(request));
    system_.settle();
  }

  void remove(const std::string& id, bool is_at_once) {
    client_.send(router_, messages::remove_agent{id, is_at_once});
    system_.settle();
  }

  core::error pause(const std::string& id) {
    return system_.ask<done>(router_, messages::pause_agent{id}).failure;
  }

  core::error resume(const std::string& id) {
    return system_.ask<done>(router_, messages::resume_agent{id}).failure;
  }

  void kill(host& x) {
    caf::anon_send_exit(x.handle(), caf::exit_reason::kill);
    system_.settle();
  }

  std::vector<core::agent_info> agents() {
    return system_.ask<messages::agent_list>(router_, messages::get_agents{})
      .agents;
  }

  /// Slots a queue was lent since the last time.
  static uint32_t lent(queue& who) {
    uint32_t count = 0;
    for (auto& changed : who.take<slots_changed>())
      for (auto& grant : changed.grants)
        count += grant.count;
    return count;
  }

  deterministic_system system_;
  recorder<messages::event_bus_actor> bus_{system_};
  std::shared_ptr<actors::router_memory> memory_;
  std::shared_ptr<actors::agent_roster> roster_
    = std::make_shared<actors::agent_roster>();
  messages::router_actor router_ = spawn_router(0);
  queue a_{system_};
  queue b_{system_};
  host worker_{system_};
  host other_{system_};
  client client_{system_};
};

} // namespace

// -- lending ------------------------------------------------------------------

TEST_F(router_test, lends_slots_with_the_actor_behind_them) {
  want(a_, 2);
  EXPECT_EQ(add("worker", worker_, 3), core::error{});
  auto changed = a_.take_one<slots_changed>();
  ASSERT_EQ(changed.grants.size(), 1u);
  EXPECT_EQ(changed.grants[0].count, 2u);
  EXPECT_EQ(changed.grants[0].spec->id, "worker");
  ASSERT_EQ(changed.hosts.size(), 1u);
  EXPECT_EQ(changed.hosts[0], worker_.handle());
  EXPECT_TRUE(b_.got<slots_changed>().empty());
}

TEST_F(router_test, lends_what_is_given_back_to_others) {
  add("worker", worker_, 1);
  want(a_, 1);
  EXPECT_EQ(lent(a_), 1u);
  want(b_, 1);
  EXPECT_EQ(lent(b_), 0u);
  give_back(a_, 0, 1);
  EXPECT_EQ(lent(b_), 1u);
}

TEST_F(router_test, asks_for_slots_back_when_none_is_free) {
  add("worker", worker_, 1);
  want(a_, 1);
  a_.take<slots_changed>();
  want(b_, 1);
  auto recalls = a_.take_one<slots_changed>().recalls;
  ASSERT_EQ(recalls.size(), 1u);
  EXPECT_EQ(recalls[0].agent, 0u);
  EXPECT_EQ(recalls[0].count, 1u);
}

TEST_F(router_test, bounds_the_slots_lent_at_once) {
  router_ = spawn_router(2);
  attach(a_);
  add("worker", worker_, 5);
  want(a_, 4);
  EXPECT_EQ(lent(a_), 2u);
}

TEST_F(router_test, lends_nothing_to_a_queue_it_was_not_told_of) {
  queue stranger{system_};
  add("worker", worker_, 1);
  want(stranger, 1);
  EXPECT_EQ(lent(stranger), 0u);
  want(a_, 1);
  EXPECT_EQ(lent(a_), 1u);
}

// -- agents come and go -------------------------------------------------------

TEST_F(router_test, refuses_a_second_agent_with_the_same_id) {
  add("worker", worker_, 1);
  auto failure = add("worker", other_, 1);
  EXPECT_EQ(failure.code, core::ec::duplicate);
  EXPECT_EQ(failure.message, "there is an agent 'worker' already");
  want(a_, 2);
  EXPECT_EQ(lent(a_), 1u);
}

TEST_F(router_test, tells_observers_who_joins_and_leaves) {
  add("worker", worker_, 1);
  auto joined = bus_.take_one<messages::publish_events>().events;
  ASSERT_EQ(joined.size(), 1u);
  EXPECT_EQ(joined[0].kind, core::event_kind::agent_joined);
  EXPECT_EQ(joined[0].subject, "worker");
  EXPECT_EQ(joined[0].at, system_.now());
  kill(worker_);
  auto left = bus_.take_one<messages::publish_events>().events;
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].kind, core::event_kind::agent_left);
  EXPECT_EQ(left[0].subject, "worker");
}

TEST_F(router_test, tells_all_queues_when_an_agent_dies) {
  add("other", other_, 1);
  add("worker", worker_, 1);
  want(a_, 2);
  kill(worker_);
  EXPECT_EQ(a_.take_one<agent_gone>().agent, 1u);
  EXPECT_EQ(b_.take_one<agent_gone>().agent, 1u);
  ASSERT_EQ(agents().size(), 1u);
  EXPECT_EQ(agents()[0].spec.id, "other");
}

TEST_F(router_test, takes_an_agent_that_comes_back_for_another_one) {
  add("worker", worker_, 1);
  want(a_, 1);
  kill(worker_);
  a_.take<slots_changed>();
  EXPECT_EQ(add("worker", other_, 1), core::error{});
  want(a_, 1);
  auto changed = a_.take_one<slots_changed>();
  ASSERT_EQ(changed.grants.size(), 1u);
  EXPECT_EQ(changed.grants[0].agent, 1u);
  EXPECT_EQ(changed.hosts[0], other_.handle());
}

TEST_F(router_test, one_that_was_to_go_does_not_come_back) {
  add("worker", worker_, 1);
  want(a_, 1);
  remove("worker", false);
  kill(worker_);
  EXPECT_EQ(client_.take_one<done>().failure, core::error{});
  auto again = agent("worker", other_, 1);
  again.is_restarted = true;
  EXPECT_EQ(system_.ask<done>(router_, again).failure, core::error{});
  EXPECT_TRUE(agents().empty());
  EXPECT_TRUE(other_.take_one<stop_agent>().is_at_once);
  // One that is added is another.
  host third{system_};
  EXPECT_EQ(add("worker", third, 1), core::error{});
  EXPECT_EQ(agents().size(), 1u);
}

TEST_F(router_test, ignores_slots_of_an_agent_that_has_left) {
  add("worker", worker_, 1);
  want(a_, 1);
  kill(worker_);
  give_back(a_, 0, 1);
  add("other", other_, 1);
  EXPECT_EQ(agents()[0].leased, 0u);
}

TEST_F(router_test, removes_an_agent_at_once) {
  add("worker", worker_, 1);
  want(a_, 1);
  remove("worker", true);
  EXPECT_EQ(client_.take_one<done>().failure, core::error{});
  EXPECT_EQ(a_.take_one<agent_gone>().agent, 0u);
  EXPECT_TRUE(worker_.take_one<stop_agent>().is_at_once);
  EXPECT_TRUE(agents().empty());
  // That it dies of it is no news.
  kill(worker_);
  EXPECT_TRUE(a_.got<agent_gone>().empty());
}

TEST_F(router_test, lets_an_agent_that_is_removed_end_what_it_runs) {
  add("worker", worker_, 2);
  want(a_, 1);
  a_.take<slots_changed>();
  remove("worker", false);
  auto recalls = a_.take_one<slots_changed>().recalls;
  ASSERT_EQ(recalls.size(), 1u);
  EXPECT_TRUE(recalls[0].is_draining);
  EXPECT_TRUE(worker_.got<stop_agent>().empty());
  ASSERT_EQ(agents().size(), 1u);
  EXPECT_EQ(agents()[0].status, core::agent_status::offline);
  EXPECT_EQ(agents()[0].note, "draining: it is being removed");
  // Its other slot is not for lending any more.
  want(b_, 1);
  EXPECT_EQ(lent(b_), 0u);
  give_back(a_, 0, 1);
  EXPECT_FALSE(worker_.take_one<stop_agent>().is_at_once);
  EXPECT_TRUE(client_.got<done>().empty());
  kill(worker_);
  EXPECT_EQ(client_.take_one<done>().failure, core::error{});
  EXPECT_EQ(a_.take_one<agent_gone>().agent, 0u);
}

TEST_F(router_test, tells_everybody_who_waits_for_an_agent_to_be_gone) {
  add("worker", worker_, 1);
  want(a_, 1);
  remove("worker", false);
  remove("worker", true);
  EXPECT_EQ(client_.take<done>().size(), 2u);
}

TEST_F(router_test, cannot_remove_who_is_not_there) {
  remove("nobody", false);
  auto failure = client_.take_one<done>().failure;
  EXPECT_EQ(failure.code, core::ec::unknown_agent);
  EXPECT_EQ(failure.message, "there is no agent 'nobody'");
}

// -- paused agents ------------------------------------------------------------

TEST_F(router_test, a_paused_agent_is_lent_to_nobody_until_it_is_resumed) {
  add("worker", worker_, 2);
  want(a_, 1);
  EXPECT_EQ(lent(a_), 1u);
  EXPECT_EQ(pause("worker"), core::error{});
  // The queue is to give back what it has.
  auto changed = a_.take_one<slots_changed>();
  ASSERT_EQ(changed.recalls.size(), 1u);
  EXPECT_TRUE(changed.recalls[0].is_draining);
  EXPECT_EQ(changed.recalls[0].count, 1u);
  give_back(a_, 0, 1);
  want(b_, 1);
  EXPECT_EQ(lent(b_), 0u);
  EXPECT_TRUE(agents()[0].is_paused);
  EXPECT_EQ(agents()[0].note, "paused");
  // It is not told to leave.
  EXPECT_TRUE(worker_.got<stop_agent>().empty());
  EXPECT_EQ(resume("worker"), core::error{});
  EXPECT_EQ(lent(b_), 1u);
  EXPECT_FALSE(agents()[0].is_paused);
}

TEST_F(router_test, publishes_each_pause_once) {
  add("worker", worker_, 2);
  for (int i = 0; i < 2; ++i)
    pause("worker");
  for (int i = 0; i < 2; ++i)
    resume("worker");
  std::vector<core::event_kind> kinds;
  for (auto& report : bus_.take<messages::publish_events>())
    for (auto& event : report.events) {
      EXPECT_EQ(event.subject, "worker");
      kinds.push_back(event.kind);
    }
  EXPECT_EQ(kinds, (std::vector{core::event_kind::agent_joined,
                                core::event_kind::agent_paused,
                                core::event_kind::agent_resumed}));
}

TEST_F(router_test, cannot_pause_who_is_not_there) {
  EXPECT_EQ(pause("nobody").code, core::ec::unknown_agent);
  EXPECT_EQ(resume("nobody").message, "there is no agent 'nobody'");
}

TEST_F(router_test, an_agent_that_is_started_again_is_paused_still) {
  add("worker", worker_, 2);
  pause("worker");
  kill(worker_);
  auto again = agent("worker", other_, 2);
  again.is_restarted = true;
  system_.ask<done>(router_, again);
  EXPECT_TRUE(agents().at(0).is_paused);
  // One that is added later is another.
  remove("worker", true);
  host third{system_};
  add("worker", third, 2);
  EXPECT_FALSE(agents().at(0).is_paused);
}

TEST_F(router_test, a_queue_that_recovers_hears_of_a_pause_meanwhile) {
  add("worker", worker_, 2);
  add("other", other_, 2);
  a_.send(router_, messages::recover_slots{"a"});
  system_.settle();
  auto spec = std::make_shared<core::task_spec>();
  auto number = worker_.take_one<messages::adopt_attempts>().recovery;
  worker_.send(router_, messages::attempts_adopted{number, {{spec, 1}}});
  system_.settle();
  pause("worker");
  other_.send(router_, messages::attempts_adopted{number, {}});
  system_.settle();
  auto found = a_.take_one<messages::slots_recovered>();
  ASSERT_EQ(found.grants.size(), 1u);
  EXPECT_EQ(found.grants[0].count, 1u);
  EXPECT_TRUE(found.grants[0].is_draining);
}

// -- questions ----------------------------------------------------------------

TEST_F(router_test, lists_agents_with_what_they_run) {
  auto request = agent("worker", worker_, 3);
  auto load = request.load;
  system_.ask<done>(router_, request);
  want(a_, 1);
  ASSERT_EQ(agents().size(), 1u);
  EXPECT_EQ(agents()[0].status, core::agent_status::idle);
  EXPECT_EQ(agents()[0].leased, 1u);
  *load = 2;
  EXPECT_EQ(agents()[0].running, 2u);
  EXPECT_EQ(agents()[0].status, core::agent_status::busy);
}

TEST_F(router_test, explains_why_there_is_no_slot) {
  auto demand = std::make_shared<core::demand>();
  demand->capabilities = {"work"};
  auto explain = [&] {
    return system_
      .ask<messages::explanation>(router_, messages::explain_demand{demand})
      .text;
  };
  EXPECT_EQ(explain(), "no agent has [work]");
  add("worker", worker_, 1);
  want(a_, 1);
  EXPECT_EQ(explain(), "waits for a free slot of worker (1 of 1 slots lent)");
}

// -- nodes --------------------------------------------------------------------

TEST_F(router_test, agents_come_to_nodes_that_are_there) {
  auto on_north = agent("worker", worker_, 2);
  on_north.spec.node = "north";
  auto refused = system_.ask<done>(router_, on_north).failure;
  EXPECT_EQ(refused.code, core::ec::invalid_argument);
  EXPECT_EQ(refused.message,
            "agent 'worker' lives on node 'north', which is not there");
  messages::set_node north{{"north", {{"zone", "eu"}}, {}}};
  EXPECT_EQ(system_.ask<done>(router_, north).failure, core::error{});
  EXPECT_EQ(system_.ask<done>(router_, on_north).failure, core::error{});
  EXPECT_EQ(agents().at(0).spec.node, "north");
  // The same again is none the worse.
  EXPECT_EQ(system_.ask<done>(router_, north).failure, core::error{});
  north.spec.labels.clear();
  EXPECT_EQ(system_.ask<done>(router_, north).failure.code,
            core::ec::duplicate);
  north.spec.name = "North";
  EXPECT_EQ(system_.ask<done>(router_, north).failure.code,
            core::ec::invalid_argument);
}

TEST_F(router_test, grants_say_what_an_agent_has_of_its_node) {
  system_.ask<done>(router_, messages::set_node{{"north", {{"a", "b"}}, {}}});
  auto on_north = agent("worker", worker_, 2);
  on_north.spec.node = "north";
  system_.ask<done>(router_, on_north);
  want(a_, 1);
  auto changed = a_.take_one<slots_changed>();
  ASSERT_EQ(changed.grants.size(), 1u);
  EXPECT_EQ(changed.grants[0].spec->labels,
            (core::label_map{{"a", "b"}, {"node", "north"}}));
}

TEST_F(router_test, a_node_that_is_dropped_takes_its_agents_along) {
  system_.ask<done>(router_, messages::set_node{{"north", {}, {}}});
  auto on_north = agent("worker", worker_, 2);
  on_north.spec.node = "north";
  system_.ask<done>(router_, on_north);
  add("other", other_, 1);
  system_.ask<done>(router_, messages::drop_node{"north"});
  ASSERT_EQ(agents().size(), 1u);
  EXPECT_EQ(agents()[0].spec.id, "other");
  EXPECT_EQ(a_.take_one<agent_gone>().agent, 0u);
  EXPECT_TRUE(worker_.take_one<stop_agent>().is_at_once);
  EXPECT_EQ(system_.ask<done>(router_, messages::drop_node{"north"}).failure,
            core::error{});
  EXPECT_NE(system_.ask<done>(router_, on_north).failure, core::error{});
}

} // namespace troupe::test
