// Coroutines that wait: in virtual time, and for child tasks.

#include "tests/actors/lone_agent.hpp"
#include "tests/support/coroutines.hpp"

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using actors::task_context;
using core::async;
using core::ec;
using core::payload;
using core::task_status;
using messages::attempts_parked;
using messages::attempts_unparked;
using messages::submit_children;

class agent_host_coroutines_test : public lone_agent {
protected:
  /// One that sleeps as long as its task says and makes its name.
  void host_sleeper() {
    host([](task_context& ctx) -> async<payload> {
      auto time = std::chrono::milliseconds{ctx.parameters().get<int>()};
      co_await ctx.sleep(time);
      co_return payload(core::json(ctx.task().name));
    });
  }

  core::attempt_key run_sleeper(const std::string& name, int milliseconds) {
    auto spec = make_task(system_, name);
    spec.parameters = payload(core::json(milliseconds));
    return run(order(spec));
  }

  /// One that has children do everything and makes a list of their results.
  void host_parent(std::vector<std::string> names) {
    host([this, names](task_context& ctx) -> async<payload> {
      std::vector<core::task_spec> children;
      for (auto& name : names)
        children.push_back(make_task(system_, name));
      auto records = co_await ctx.when_all(std::move(children));
      auto results = core::json::array();
      for (auto& record : records)
        results.push_back(record.result.value());
      co_return payload(results);
    });
  }

  /// The children submitted since the last time.
  std::vector<core::task_spec_ptr> children() {
    std::vector<core::task_spec_ptr> result;
    for (auto& request : manager_.take<submit_children>())
      for (auto& spec : request.specs)
        result.push_back(spec);
    return result;
  }

  /// As the manager does.
  void end_child(const core::task_spec_ptr& child, core::json result) {
    core::task_record record;
    record.spec = child;
    record.status = task_status::completed;
    record.result = payload(std::move(result));
    messages::tasks_ended report;
    report.records.push_back(std::move(record));
    tell(std::move(report));
  }

  void fail_child(const core::task_spec_ptr& child,
                  std::optional<core::error> why) {
    core::task_record record;
    record.spec = child;
    record.status = task_status::failed;
    record.failure = std::move(why);
    messages::tasks_ended report;
    report.records.push_back(std::move(record));
    tell(std::move(report));
  }

  void refuse_child(const core::task_spec_ptr& child, core::error why) {
    messages::children_refused report;
    report.refused.push_back({child->id, std::move(why)});
    tell(std::move(report));
  }

  /// As the queue does when the attempt has a slot again.
  void resume(const core::attempt_order& x) {
    auto again = x;
    again.is_resumed = true;
    run(std::move(again));
  }
};

} // namespace

// -- sleeping -----------------------------------------------------------------

TEST_F(agent_host_coroutines_test, sleeps_no_shorter_and_no_longer) {
  host_sleeper();
  run_sleeper("first", 5000);
  system_.advance(4990ms);
  EXPECT_TRUE(outcomes().empty());
  system_.advance(10ms);
  EXPECT_EQ(outcome().finished, system_.now());
}

TEST_F(agent_host_coroutines_test, wakes_each_in_its_time) {
  host_sleeper();
  run_sleeper("long", 300);
  run_sleeper("short", 100);
  run_sleeper("middle", 200);
  auto begin = system_.now();
  system_.advance(1s);
  auto all = outcomes();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].result.value(), "short");
  EXPECT_EQ(all[0].finished - begin, 100ms);
  EXPECT_EQ(all[1].result.value(), "middle");
  EXPECT_EQ(all[1].finished - begin, 200ms);
  EXPECT_EQ(all[2].result.value(), "long");
  EXPECT_EQ(all[2].finished - begin, 300ms);
}

TEST_F(agent_host_coroutines_test, wakes_the_others_when_one_is_cancelled) {
  host_sleeper();
  auto short_one = run_sleeper("short", 100);
  run_sleeper("long", 300);
  tell(messages::cancel_attempts{{short_one}});
  outcomes();
  system_.advance(290ms);
  EXPECT_TRUE(outcomes().empty());
  system_.advance(10ms);
  EXPECT_EQ(outcome().result.value(), "long");
}

TEST_F(agent_host_coroutines_test, holds_its_slot_while_it_sleeps) {
  host_sleeper();
  run_sleeper("first", 100);
  EXPECT_TRUE(queue_.got<attempts_parked>().empty());
}

// -- children -----------------------------------------------------------------

TEST_F(agent_host_coroutines_test, gives_its_slot_back_while_a_child_runs) {
  host_parent({"child"});
  auto key = run("parent");
  auto request = manager_.take_one<submit_children>();
  EXPECT_EQ(request.parent, key);
  EXPECT_TRUE(request.is_awaited);
  ASSERT_EQ(request.specs.size(), 1u);
  EXPECT_EQ(request.specs[0]->name, "child");
  EXPECT_EQ(request.specs[0]->parent, key.task);
  EXPECT_EQ(queue_.take_one<attempts_parked>().keys, std::vector{key});
}

TEST_F(agent_host_coroutines_test, submits_again_only_children_it_waits_for) {
  host([this](task_context& ctx) -> async<payload> {
    ctx.submit(make_task(system_, "on its own"));
    auto record = co_await ctx.run(make_task(system_, "child"));
    co_return record.result;
  });
  auto parent = order("parent");
  auto key = run(parent);
  EXPECT_EQ(manager_.take<submit_children>().size(), 2u);
  // Another queue has another manager behind it, too, but that asks itself.
  tell(messages::ask_again{"another"});
  EXPECT_TRUE(manager_.got<submit_children>().empty());
  tell(messages::ask_again{parent.spec->queue});
  auto again = manager_.take_one<submit_children>();
  EXPECT_EQ(again.parent, key);
  EXPECT_TRUE(again.is_awaited);
  ASSERT_EQ(again.specs.size(), 1u);
  EXPECT_EQ(again.specs[0]->name, "child");
}

TEST_F(agent_host_coroutines_test, goes_on_when_it_has_a_slot_again) {
  host_parent({"child"});
  auto parent = order("parent");
  run(parent);
  end_child(children()[0], "made");
  EXPECT_EQ(queue_.take_one<attempts_unparked>().keys,
            std::vector{parent.key()});
  EXPECT_TRUE(outcomes().empty());
  resume(parent);
  EXPECT_EQ(outcome().result.value(), core::json::array({"made"}));
}

TEST_F(agent_host_coroutines_test, asks_for_one_slot_for_several_children) {
  host_parent({"a", "b"});
  auto parent = order("parent");
  run(parent);
  auto both = children();
  ASSERT_EQ(both.size(), 2u);
  end_child(both[1], "of b");
  end_child(both[0], "of a");
  EXPECT_EQ(queue_.got<attempts_unparked>().size(), 1u);
  resume(parent);
  EXPECT_EQ(outcome().result.value(), (core::json::array({"of a", "of b"})));
}

TEST_F(agent_host_coroutines_test, parks_again_for_what_is_still_missing) {
  host_parent({"a", "b"});
  auto parent = order("parent");
  run(parent);
  auto both = children();
  queue_.take<attempts_parked>();
  end_child(both[0], "of a");
  resume(parent);
  EXPECT_EQ(queue_.take_one<attempts_parked>().keys, std::vector{parent.key()});
  queue_.take<attempts_unparked>();
  end_child(both[1], "of b");
  EXPECT_EQ(queue_.got<attempts_unparked>().size(), 1u);
  resume(parent);
  EXPECT_TRUE(outcome().is_success());
}

TEST_F(agent_host_coroutines_test, keeps_its_slot_while_it_also_sleeps) {
  host([this](task_context& ctx) -> async<payload> {
    auto child = make_task(system_, "child");
    co_await ctx.when_all(ctx.sleep(1s), ctx.run(std::move(child)));
    co_return payload{};
  });
  auto parent = order("parent");
  run(parent);
  EXPECT_TRUE(queue_.got<attempts_parked>().empty());
  system_.advance(1s);
  EXPECT_EQ(queue_.got<attempts_parked>().size(), 1u);
  end_child(children()[0], nullptr);
  resume(parent);
  EXPECT_TRUE(outcome().is_success());
}

TEST_F(agent_host_coroutines_test, needs_no_slot_it_has_kept) {
  host([this](task_context& ctx) -> async<payload> {
    auto child = make_task(system_, "child");
    co_await ctx.when_all(ctx.sleep(1s), ctx.run(std::move(child)));
    co_return payload{};
  });
  run("parent");
  end_child(children()[0], nullptr);
  EXPECT_TRUE(queue_.got<attempts_unparked>().empty());
  system_.advance(1s);
  EXPECT_TRUE(outcome().is_success());
}

TEST_F(agent_host_coroutines_test, makes_of_a_question_the_answer) {
  host([](task_context& ctx) -> async<payload> {
    payload question(core::json(6));
    co_return co_await ctx.ask("think", question);
  });
  auto parent = order("parent");
  run(parent);
  auto child = children().at(0);
  EXPECT_EQ(child->capabilities, std::vector<std::string>{"think"});
  EXPECT_EQ(child->parameters.value(), 6);
  end_child(child, 42);
  resume(parent);
  EXPECT_EQ(outcome().result.value(), 42);
}

TEST_F(agent_host_coroutines_test, fails_with_a_question_that_fails) {
  host([](task_context& ctx) -> async<payload> {
    co_return co_await ctx.ask("think", payload{});
  });
  auto first = order("first");
  run(first);
  fail_child(children().at(0), core::error{ec::system_error, "no"});
  resume(first);
  EXPECT_EQ(failure(), "system_error: no");
  auto second = order("second");
  run(second);
  fail_child(children().at(0), std::nullopt);
  resume(second);
  EXPECT_EQ(failure(), "handler_failed: the child task did not complete");
}

TEST_F(agent_host_coroutines_test, sees_how_a_child_ended) {
  host([this](task_context& ctx) -> async<payload> {
    auto child = make_task(system_, "child");
    auto record = co_await ctx.run(std::move(child));
    co_return payload(core::json(std::string{to_string(record.status)}));
  });
  auto parent = order("parent");
  run(parent);
  fail_child(children().at(0), core::error{ec::system_error, "no"});
  resume(parent);
  EXPECT_EQ(outcome().result.value(), "failed");
}

TEST_F(agent_host_coroutines_test, fails_with_a_child_that_is_refused) {
  host_parent({"child"});
  auto parent = order("parent");
  run(parent);
  refuse_child(children().at(0), {ec::queue_full, "no room"});
  EXPECT_EQ(queue_.got<attempts_unparked>().size(), 1u);
  resume(parent);
  EXPECT_EQ(failure(), "queue_full: no room");
}

TEST_F(agent_host_coroutines_test, can_be_cancelled_while_it_is_parked) {
  host_parent({"a", "b"});
  auto parent = order("parent");
  run(parent);
  auto both = children();
  end_child(both[0], nullptr);
  tell(messages::cancel_attempts{{parent.key()}});
  EXPECT_EQ(failure(), "cancelled: cancelled");
  // What is on its way still arrives.
  end_child(both[1], nullptr);
  resume(parent);
  EXPECT_TRUE(outcomes().empty());
  EXPECT_TRUE(is_alive());
}

TEST_F(agent_host_coroutines_test, waits_for_its_children_before_it_stops) {
  host_parent({"child"});
  auto parent = order("parent");
  run(parent);
  tell(messages::stop_agent{false});
  EXPECT_TRUE(is_alive());
  end_child(children().at(0), "made");
  resume(parent);
  EXPECT_TRUE(outcome().is_success());
  EXPECT_FALSE(is_alive());
}

} // namespace troupe::test
