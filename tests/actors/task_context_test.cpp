#include "actors/task_context.hpp"

#include "tests/actors/lone_agent.hpp"

#include <cmath>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using actors::cooperative;
using actors::task_context;
using messages::report_event;
using messages::submit_children;
using messages::update_progress;

class task_context_test : public lone_agent {
protected:
  /// Has a handler do this with the context of a task.
  core::attempt_key in_handler(core::attempt_order x,
                               std::function<void(task_context&)> f) {
    host(cooperative([f = std::move(f)](task_context& ctx) { f(ctx); }));
    auto key = run(std::move(x));
    EXPECT_EQ(failure(), "");
    return key;
  }

  core::attempt_key in_handler(std::function<void(task_context&)> f) {
    return in_handler(order("task"), std::move(f));
  }
};

} // namespace

TEST_F(task_context_test, says_what_is_asked) {
  auto x = order("task");
  x.number = 3;
  // As resolved; the spec has them as they were written.
  x.parameters = core::payload(core::json{{"count", 2}});
  auto now = system_.now();
  auto id = x.spec->id;
  in_handler(x, [&](task_context& ctx) {
    EXPECT_EQ(ctx.task().name, "task");
    EXPECT_EQ(ctx.id(), id);
    EXPECT_EQ(ctx.attempt_number(), 3u);
    EXPECT_EQ(ctx.agent(), "worker");
    EXPECT_EQ(ctx.parameters()["count"], 2);
    EXPECT_EQ(ctx.now(), now);
  });
}

TEST_F(task_context_test, finds_results_by_alias) {
  auto inputs = std::make_shared<core::dependency_results>();
  inputs->push_back({.alias = "a", .result = core::payload(core::json(1))});
  inputs->push_back({.alias = "b", .result = core::payload(core::json(2))});
  inputs->push_back({.alias = "b", .result = core::payload(core::json(3))});
  auto x = order("task");
  x.dependencies = inputs;
  in_handler(x, [](task_context& ctx) {
    ASSERT_EQ(ctx.dependencies().size(), 3u);
    EXPECT_EQ(ctx.dependencies()[2].result.value(), 3);
    EXPECT_EQ(ctx.result_of("a"), 1);
    EXPECT_EQ(ctx.result_of("b"), 2);
    EXPECT_TRUE(ctx.result_of("c").is_null());
  });
}

TEST_F(task_context_test, has_no_dependencies_if_the_task_has_none) {
  in_handler([](task_context& ctx) {
    EXPECT_TRUE(ctx.dependencies().empty());
    EXPECT_TRUE(ctx.result_of("a").is_null());
  });
}

TEST_F(task_context_test, counts_the_deadline_from_the_start_of_the_attempt) {
  auto spec = make_task(system_, "task");
  spec.limits.attempt = 5s;
  system_.advance(1min);
  auto now = system_.now();
  in_handler(order(spec),
             [now](task_context& ctx) { EXPECT_EQ(ctx.deadline(), now + 5s); });
  spec.limits.attempt = 0s;
  in_handler(order(spec), [](task_context& ctx) {
    EXPECT_EQ(ctx.deadline(), std::nullopt);
  });
}

TEST_F(task_context_test, has_a_stop_token_that_has_not_fired) {
  in_handler([](task_context& ctx) {
    EXPECT_TRUE(ctx.stop_token().stop_possible());
    EXPECT_FALSE(ctx.stop_token().stop_requested());
  });
}

// -- talking back -------------------------------------------------------------

TEST_F(task_context_test, tells_the_manager_of_progress) {
  auto key = in_handler([](task_context& ctx) { ctx.progress(25, "quarter"); });
  auto told = manager_.take_one<update_progress>();
  EXPECT_EQ(told.key, key);
  EXPECT_EQ(told.percent, 25);
  EXPECT_EQ(told.note, "quarter");
}

TEST_F(task_context_test, clamps_progress) {
  in_handler([](task_context& ctx) {
    ctx.progress(-1);
    ctx.progress(101);
    ctx.progress(std::nan(""));
  });
  auto told = manager_.take<update_progress>();
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told[0].percent, 0);
  EXPECT_EQ(told[1].percent, 100);
  EXPECT_EQ(told[2].percent, 0);
}

TEST_F(task_context_test, emits_partial_results) {
  auto key = in_handler(
    [](task_context& ctx) { ctx.emit(core::payload(core::json("part"))); });
  auto told = manager_.take_one<report_event>();
  EXPECT_EQ(told.key, key);
  EXPECT_EQ(told.what.kind, core::event_kind::task_emitted);
  EXPECT_EQ(told.what.task, key.task);
  EXPECT_EQ(told.what.attempt, key.number);
  EXPECT_EQ(told.what.at, system_.now());
  EXPECT_EQ(told.what.data.value(), "part");
}

TEST_F(task_context_test, logs_lines) {
  auto key = in_handler([](task_context& ctx) { ctx.log("a line"); });
  auto told = manager_.take_one<report_event>();
  EXPECT_EQ(told.key, key);
  EXPECT_EQ(told.what.kind, core::event_kind::task_logged);
  EXPECT_EQ(told.what.task, key.task);
  EXPECT_EQ(told.what.text, "a line");
}

TEST_F(task_context_test, submits_children_without_waiting) {
  core::task_id made;
  auto key = in_handler([&](task_context& ctx) {
    core::task_spec child;
    child.name = "child";
    made = ctx.submit(std::move(child));
  });
  auto request = manager_.take_one<submit_children>();
  EXPECT_EQ(request.parent, key);
  EXPECT_FALSE(request.is_awaited);
  ASSERT_EQ(request.specs.size(), 1u);
  EXPECT_FALSE(made.is_nil());
  EXPECT_EQ(request.specs[0]->id, made);
  EXPECT_EQ(request.specs[0]->parent, key.task);
}

TEST_F(task_context_test, asks_in_the_queue_and_on_behalf_of_its_own_task) {
  host([](task_context& ctx) -> core::async<core::payload> {
    co_return co_await ctx.ask("think", core::payload{});
  });
  auto spec = make_task(system_, "task");
  spec.queue = "urgent";
  spec.priority = core::critical;
  spec.owner = "anna";
  run(order(spec));
  auto request = manager_.take_one<submit_children>();
  ASSERT_EQ(request.specs.size(), 1u);
  EXPECT_EQ(request.specs[0]->name, "think");
  EXPECT_EQ(request.specs[0]->queue, "urgent");
  EXPECT_EQ(request.specs[0]->priority, core::task_priority{core::critical});
  EXPECT_EQ(request.specs[0]->owner, "anna");
}

} // namespace troupe::test
