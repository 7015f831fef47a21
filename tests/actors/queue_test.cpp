// Long because it is all that one actor does.

#include "actors/queue.hpp"

#include "tests/support/recorder.hpp"
#include "tests/support/tasks.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace troupe::test {

namespace {

using messages::cancel_attempts;
using messages::report_attempts;
using messages::run_attempts;
using messages::want_slots;

class queue_test : public ::testing::Test {
protected:
  static core::queue_spec unbounded() {
    core::queue_spec spec;
    spec.name = "line";
    spec.max_concurrent = 0;
    return spec;
  }

  messages::queue_actor spawn_queue(const core::queue_spec& spec) {
    auto memory = std::make_shared<actors::queue_memory>();
    memory->spec = spec;
    return spawn_queue(std::move(memory));
  }

  messages::queue_actor
  spawn_queue(std::shared_ptr<actors::queue_memory> memory) {
    return system_.own(system_.system().spawn(
      actors::queue, system_.env(), std::move(memory), manager_.handle(),
      router_.handle(), bus_.handle()));
  }

  core::task_spec_ptr enqueue(const std::string& name,
                              core::task_priority priority = core::normal) {
    messages::enqueue_tasks request;
    auto spec = add(request, name, priority);
    tell(std::move(request));
    return spec;
  }

  core::task_spec_ptr add(messages::enqueue_tasks& to, const std::string& name,
                          core::task_priority priority = core::normal) {
    auto& ready = to.tasks.emplace_back();
    ready.spec = share(make_task(system_, name));
    ready.priority = priority;
    ready.ready_at = system_.now();
    return ready.spec;
  }

  template <class Message>
  void tell(Message x) {
    system_.send(queue_, std::move(x));
    system_.settle();
  }

  /// As the router does.
  void grant(uint32_t agent, uint32_t slots) {
    auto spec = std::make_shared<core::agent_spec>();
    spec->id = "agent-" + std::to_string(agent);
    spec->capabilities = {"work"};
    spec->max_concurrent = slots;
    messages::slots_changed changed;
    changed.grants.push_back({agent, spec, slots});
    changed.hosts.push_back(
      hosts_.try_emplace(agent, system_).first->second.handle());
    tell(std::move(changed));
  }

  recorder<messages::agent_host_actor>& host(uint32_t agent) {
    return hosts_.at(agent);
  }

  /// Names of the tasks an agent was given since the last time.
  std::vector<std::string> given(uint32_t agent) {
    std::vector<std::string> names;
    for (auto& batch : host(agent).take<run_attempts>())
      for (auto& order : batch.orders)
        names.push_back(order.spec->name);
    return names;
  }

  void end(const core::task_spec_ptr& task, uint32_t number = 1) {
    messages::attempts_ended report;
    report.outcomes.push_back(success({task->id, number}, system_.now()));
    tell(std::move(report));
  }

  core::queue_info info() {
    return system_.ask<core::queue_info>(queue_, messages::get_queue{});
  }

  messages::explanation explain(const core::task_id& id) {
    return system_.ask<messages::explanation>(queue_,
                                              messages::explain_waiting{id});
  }

  using list = std::vector<std::string>;

  deterministic_system system_;
  recorder<messages::manager_actor> manager_{system_};
  recorder<messages::router_actor> router_{system_};
  recorder<messages::event_bus_actor> bus_{system_};
  std::map<uint32_t, recorder<messages::agent_host_actor>> hosts_;
  messages::queue_actor queue_ = spawn_queue(unbounded());
};

} // namespace

// -- starting -----------------------------------------------------------------

TEST_F(queue_test, wants_slots_for_what_waits) {
  enqueue("first", core::high);
  auto wants = router_.take_one<want_slots>().wants;
  ASSERT_EQ(wants.size(), 1u);
  EXPECT_EQ(wants[0].what->capabilities, list{"work"});
  EXPECT_EQ(wants[0].count, 1u);
  EXPECT_EQ(wants[0].priority, 75);
  EXPECT_TRUE(manager_.got<report_attempts>().empty());
}

TEST_F(queue_test, starts_a_task_on_the_slot_it_was_lent) {
  auto task = enqueue("first");
  grant(7, 1);
  auto run = host(7).take_one<run_attempts>();
  ASSERT_EQ(run.orders.size(), 1u);
  EXPECT_EQ(run.orders[0].key(), (core::attempt_key{task->id, 1}));
  EXPECT_FALSE(run.orders[0].is_resumed);
  EXPECT_EQ(run.sink, caf::actor_cast<messages::attempt_sink_actor>(queue_));
  auto report = manager_.take_one<report_attempts>();
  ASSERT_EQ(report.started.size(), 1u);
  EXPECT_EQ(report.started[0].key, run.orders[0].key());
  EXPECT_EQ(report.started[0].agent, 7u);
  EXPECT_EQ(report.started[0].at, system_.now());
}

TEST_F(queue_test, tells_the_manager_the_id_of_an_agent_once) {
  enqueue("first");
  grant(7, 1);
  auto agents = manager_.take_one<report_attempts>().agents;
  ASSERT_EQ(agents.size(), 1u);
  EXPECT_EQ(agents[0].first, 7u);
  EXPECT_EQ(agents[0].second, "agent-7");
  enqueue("second");
  grant(7, 1);
  EXPECT_TRUE(manager_.take_one<report_attempts>().agents.empty());
}

TEST_F(queue_test, tells_the_manager_of_a_start_before_the_agent) {
  enqueue("first");
  hosts_.try_emplace(7, system_);
  system_.settle();
  auto spec = std::make_shared<core::agent_spec>();
  spec->id = "worker";
  spec->capabilities = {"work"};
  messages::slots_changed changed;
  changed.grants.push_back({7, spec, 1});
  changed.hosts.push_back(host(7).handle());
  system_.send(queue_, std::move(changed));
  while (host(7).got<run_attempts>().empty() && system_.step()) {
    // Until the agent could say something of it.
  }
  EXPECT_EQ(host(7).got<run_attempts>().size(), 1u);
  EXPECT_EQ(manager_.got<report_attempts>().size(), 1u);
}

TEST_F(queue_test, starts_nothing_while_the_manager_is_far_behind) {
  constexpr size_t slots = actors::queue_state::receipt_interval;
  messages::enqueue_tasks request;
  for (size_t i = 0; i < 3 * slots; ++i)
    add(request, "many");
  tell(std::move(request));
  grant(7, slots);
  auto end_all = [&] {
    messages::attempts_ended report;
    for (auto& batch : host(7).take<run_attempts>())
      for (auto& order : batch.orders)
        report.outcomes.push_back(success(order.key(), system_.now()));
    EXPECT_EQ(report.outcomes.size(), slots);
    tell(std::move(report));
  };
  EXPECT_TRUE(manager_.take_one<report_attempts>().asks_receipt);
  end_all();
  EXPECT_TRUE(manager_.take_one<report_attempts>().asks_receipt);
  end_all();
  auto last = manager_.take_one<report_attempts>();
  EXPECT_EQ(last.ended.size(), slots);
  EXPECT_TRUE(last.started.empty());
  EXPECT_TRUE(host(7).got<run_attempts>().empty());
  tell(messages::report_taken{});
  EXPECT_EQ(given(7).size(), slots);
  EXPECT_EQ(manager_.take_one<report_attempts>().started.size(), slots);
}

TEST_F(queue_test, passes_outcomes_on_and_fills_the_slot_again) {
  auto first = enqueue("first");
  enqueue("second");
  grant(7, 1);
  EXPECT_EQ(given(7), list{"first"});
  manager_.take<report_attempts>();
  end(first);
  EXPECT_EQ(given(7), list{"second"});
  auto report = manager_.take_one<report_attempts>();
  ASSERT_EQ(report.ended.size(), 1u);
  EXPECT_EQ(report.ended[0].key.task, first->id);
  EXPECT_EQ(report.started.size(), 1u);
}

TEST_F(queue_test, starts_the_most_urgent_first) {
  enqueue("low", core::low);
  enqueue("critical", core::critical);
  auto changed = enqueue("changed", core::low);
  tell(messages::change_priority{changed->id, 60});
  grant(7, 2);
  EXPECT_EQ(given(7), (list{"critical", "changed"}));
}

TEST_F(queue_test, keeps_its_limit) {
  auto spec = unbounded();
  spec.max_concurrent = 1;
  queue_ = spawn_queue(spec);
  enqueue("first");
  enqueue("second");
  grant(7, 2);
  EXPECT_EQ(given(7), list{"first"});
}

TEST_F(queue_test, gives_slots_back_when_they_are_asked_for) {
  auto first = enqueue("first");
  enqueue("second");
  grant(7, 1);
  router_.take<want_slots>();
  messages::slots_changed changed;
  changed.recalls.push_back({7, 1, true, core::task_priority::max});
  tell(std::move(changed));
  EXPECT_TRUE(router_.got<want_slots>().empty());
  end(first);
  auto returned = router_.take_one<want_slots>().returned;
  ASSERT_EQ(returned.size(), 1u);
  EXPECT_EQ(returned[0], (core::slot_count{7, 1}));
  EXPECT_EQ(given(7), list{"first"});
}

// -- stopping and losing ------------------------------------------------------

TEST_F(queue_test, forgets_a_waiting_task_that_is_withdrawn) {
  auto task = enqueue("first");
  tell(messages::withdraw_tasks{{task->id}});
  EXPECT_EQ(info().ready, 0u);
  grant(7, 1);
  EXPECT_EQ(given(7), list{});
}

TEST_F(queue_test, stops_a_running_task_that_is_withdrawn) {
  auto task = enqueue("first");
  grant(7, 1);
  tell(messages::withdraw_tasks{{task->id}});
  auto keys = host(7).take_one<cancel_attempts>().keys;
  ASSERT_EQ(keys.size(), 1u);
  EXPECT_EQ(keys[0], (core::attempt_key{task->id, 1}));
  // It holds its slot until the agent says that it is over.
  EXPECT_EQ(info().running, 1u);
  end(task);
  EXPECT_EQ(info().running, 0u);
}

TEST_F(queue_test, starts_what_was_lost_with_its_agent_elsewhere) {
  auto task = enqueue("first");
  grant(7, 1);
  manager_.take<report_attempts>();
  tell(messages::agent_gone{7});
  auto lost = manager_.take_one<report_attempts>().lost;
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0], (core::attempt_key{task->id, 1}));
  grant(8, 1);
  auto orders = host(8).take_one<run_attempts>().orders;
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders[0].key(), (core::attempt_key{task->id, 2}));
}

TEST_F(queue_test, passes_the_outcome_of_a_lost_attempt_on_to_be_counted) {
  auto task = enqueue("first");
  grant(7, 1);
  tell(messages::agent_gone{7});
  manager_.take<report_attempts>();
  end(task);
  EXPECT_EQ(manager_.take_one<report_attempts>().ended.size(), 1u);
  EXPECT_EQ(info().ready, 1u);
}

// -- parking ------------------------------------------------------------------

TEST_F(queue_test, gives_the_slot_of_a_parked_attempt_to_the_next) {
  auto parent = enqueue("parent");
  enqueue("child");
  grant(7, 1);
  EXPECT_EQ(given(7), list{"parent"});
  tell(messages::attempts_parked{{{parent->id, 1}}});
  EXPECT_EQ(given(7), list{"child"});
}

TEST_F(queue_test, resumes_an_unparked_attempt_on_its_own_agent) {
  auto parent = enqueue("parent");
  auto child = enqueue("child");
  grant(7, 1);
  tell(messages::attempts_parked{{{parent->id, 1}}});
  given(7);
  grant(8, 1);
  router_.take<want_slots>();
  tell(messages::attempts_unparked{{{parent->id, 1}}});
  EXPECT_EQ(given(8), list{});
  EXPECT_EQ(given(7), list{});
  end(child);
  auto orders = host(7).take_one<run_attempts>().orders;
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_TRUE(orders[0].is_resumed);
  EXPECT_EQ(orders[0].key(), (core::attempt_key{parent->id, 1}));
}

// -- control ------------------------------------------------------------------

TEST_F(queue_test, starts_nothing_while_it_is_paused) {
  system_.ask<messages::done>(queue_, messages::pause_queue{});
  enqueue("first");
  grant(7, 1);
  EXPECT_EQ(given(7), list{});
  EXPECT_TRUE(info().is_paused);
  system_.ask<messages::done>(queue_, messages::resume_queue{});
  // Slots are given back meanwhile.
  grant(7, 1);
  EXPECT_EQ(given(7), list{"first"});
}

TEST_F(queue_test, tells_observers_that_it_was_paused_and_resumed) {
  tell(messages::pause_queue{});
  tell(messages::resume_queue{});
  auto batches = bus_.take<messages::publish_events>();
  ASSERT_EQ(batches.size(), 2u);
  EXPECT_EQ(batches[0].events[0].kind, core::event_kind::queue_paused);
  EXPECT_EQ(batches[0].events[0].subject, "line");
  EXPECT_EQ(batches[0].events[0].at, system_.now());
  EXPECT_EQ(batches[1].events[0].kind, core::event_kind::queue_resumed);
}

TEST_F(queue_test, waits_to_be_told_without_auto_start) {
  auto spec = unbounded();
  spec.auto_start = false;
  queue_ = spawn_queue(spec);
  enqueue("first");
  enqueue("second");
  EXPECT_TRUE(router_.got<want_slots>().empty());
  auto processed = system_.ask<messages::processed>(queue_,
                                                    messages::process_queue{});
  EXPECT_EQ(processed.count, 2u);
  enqueue("too late");
  grant(7, 3);
  EXPECT_EQ(given(7), (list{"first", "second"}));
}

TEST_F(queue_test, counts_what_it_holds) {
  auto first = enqueue("first");
  enqueue("second");
  enqueue("third");
  grant(7, 2);
  end(first);
  auto now = info();
  EXPECT_EQ(now.spec.name, "line");
  EXPECT_EQ(now.ready, 0u);
  EXPECT_EQ(now.running, 2u);
  EXPECT_EQ(now.ended, 1u);
  EXPECT_EQ(now.leased, 2u);
}

// -- explaining ---------------------------------------------------------------

TEST_F(queue_test, explains_what_is_its_own_doing) {
  auto task = enqueue("first");
  tell(messages::pause_queue{});
  EXPECT_EQ(explain(task->id).text, "queue 'line' is paused");
}

TEST_F(queue_test, has_the_router_explain_a_missing_slot) {
  router_.answer_with(messages::explanation{{}, "the router's words"});
  auto task = enqueue("first");
  EXPECT_EQ(explain(task->id).text, "the router's words");
  auto asked = router_.take_one<messages::explain_demand>();
  ASSERT_NE(asked.what, nullptr);
  EXPECT_EQ(asked.what->capabilities, list{"work"});
}

TEST_F(queue_test, says_so_when_it_has_not_seen_a_task_yet) {
  auto task = make_task(system_, "on its way");
  EXPECT_EQ(explain(task.id).text, "is on its way to queue 'line'");
}

} // namespace troupe::test
