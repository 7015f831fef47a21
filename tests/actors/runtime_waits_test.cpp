// Tasks that are paused or ask, on real threads.

#include "tests/actors/runtimes.hpp"

#include <atomic>
#include <future>
#include <mutex>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;

using actors::task_context;
using core::async;
using core::ec;
using core::event_kind;
using core::payload;
using core::task_status;

class runtime_waits_test : public whole_runtime {
protected:
  /// Waits for an event of this kind about a task.
  core::event next(event_kind kind, const core::task_id& id) {
    while (auto x = events_.next())
      if (x->kind == kind && x->task == id)
        return *x;
    return {};
  }

  static async<payload> greet(task_context& ctx) {
    // Not within the co_await: g++ 12 cannot take the braces there.
    payload schema{{"type", "string"}, {"minLength", 1}};
    auto name = co_await ctx.input("what is your name?", schema);
    co_return payload("hello " + name.value().get<std::string>());
  }

  actors::event_stream events_ = troupe_.subscribe();
};

} // namespace

// -- questions ----------------------------------------------------------------

TEST_F(runtime_waits_test, a_question_waits_without_a_slot) {
  actors::agent_definition agent{"host"};
  agent.slots(1).on("greet", greet);
  agent.on("work", [](task_context& ctx) { return ctx.task().name; });
  add(std::move(agent));
  auto id = submit(task("x", "greet"));
  auto asked = next(event_kind::task_input_required, id);
  EXPECT_EQ(asked.text, "what is your name?");
  EXPECT_EQ(wait(submit(task("y"))).result.value(), "y");
  auto pending = troupe_.pending_inputs();
  ASSERT_TRUE(pending);
  ASSERT_EQ(pending->size(), 1u);
  EXPECT_EQ(pending->front().task, id);
  auto why = failure_of(troupe_.provide_input(id, payload(core::json(""))));
  EXPECT_EQ(why.code, ec::invalid_argument);
  EXPECT_EQ(why.message, "the answer to 'what is your name?': must have a "
                         "length of at least 1, not 0");
  EXPECT_TRUE(troupe_.provide_input(id, payload(core::json("Ada"))));
  EXPECT_EQ(wait(id).result.value(), "hello Ada");
  EXPECT_EQ(failure_of(troupe_.provide_input(id, {})).code, ec::wrong_status);
}

TEST_F(runtime_waits_test, a_second_attempt_is_not_asked_again) {
  actors::agent_definition agent{"host"};
  agent.on("greet", [](task_context& ctx) -> async<payload> {
    auto name = co_await ctx.input("name?");
    if (ctx.attempt_number() == 1)
      co_return core::fail(ec::unavailable, "try again");
    co_return name;
  });
  add(std::move(agent));
  auto spec = task("x", "greet");
  spec.retry.base = 0s;
  auto id = submit(std::move(spec));
  next(event_kind::task_input_required, id);
  EXPECT_TRUE(troupe_.provide_input(id, payload(core::json("Ada"))));
  auto record = wait(id);
  EXPECT_EQ(record.result.value(), "Ada");
  EXPECT_EQ(record.attempt, 2u);
}

TEST_F(runtime_waits_test, who_waits_for_an_answer_can_be_cancelled) {
  actors::agent_definition agent{"host"};
  agent.on("greet", greet);
  add(std::move(agent));
  auto id = submit(task("x", "greet"));
  next(event_kind::task_input_required, id);
  EXPECT_TRUE(troupe_.cancel(id));
  EXPECT_EQ(wait(id).status, task_status::cancelled);
  EXPECT_TRUE(troupe_.pending_inputs()->empty());
}

// -- pauses -------------------------------------------------------------------

TEST_F(runtime_waits_test, a_paused_task_is_started_when_it_is_resumed) {
  auto id = submit(task("x"));
  EXPECT_TRUE(troupe_.pause(id));
  add(namer());
  EXPECT_EQ(wait(submit(task("y"))).result.value(), "y");
  EXPECT_EQ(troupe_.get(id)->status, task_status::paused);
  EXPECT_TRUE(troupe_.resume(id));
  EXPECT_EQ(wait(id).result.value(), "x");
  EXPECT_EQ(failure_of(troupe_.pause(id)).code, ec::wrong_status);
}

TEST_F(runtime_waits_test, a_paused_agent_ends_what_waits_on_it_and_no_more) {
  actors::agent_definition agent{"host"};
  agent.slots(1).on("greet", greet);
  add(std::move(agent));
  auto id = submit(task("x", "greet"));
  next(event_kind::task_input_required, id);
  ASSERT_TRUE(troupe_.pause_agent("host"));
  EXPECT_EQ(troupe_.status()->agents.at(0).note, "paused");
  auto later = submit(task("y", "greet"));
  ASSERT_TRUE(troupe_.provide_input(id, payload(core::json("Ann"))));
  EXPECT_EQ(wait(id).result.value(), "hello Ann");
  EXPECT_EQ(troupe_.get(later)->status, task_status::pending);
  EXPECT_EQ(*troupe_.explain(later),
            "no agent that has [greet] takes work; host is paused");
  ASSERT_TRUE(troupe_.resume_agent("host"));
  next(event_kind::task_input_required, later);
  ASSERT_TRUE(troupe_.provide_input(later, payload(core::json("Bob"))));
  EXPECT_EQ(wait(later).result.value(), "hello Bob");
  EXPECT_EQ(failure_of(troupe_.pause_agent("nobody")).code, ec::unknown_agent);
}

TEST_F(runtime_waits_test, a_coroutine_lends_its_slot_while_it_is_paused) {
  actors::agent_definition agent{"host"};
  auto steps = std::make_shared<std::atomic<int>>(0);
  agent.slots(1).on("walk", [steps](task_context& ctx) -> async<payload> {
    while (*steps < 1'000'000) {
      ++*steps;
      co_await ctx.sleep(1ms);
      co_await ctx.checkpoint();
    }
    co_return payload(core::json("arrived"));
  });
  agent.on("work", [](task_context& ctx) { return ctx.task().name; });
  add(std::move(agent));
  auto id = submit(task("x", "walk"));
  next(event_kind::task_started, id);
  EXPECT_TRUE(troupe_.pause(id));
  next(event_kind::task_paused, id);
  auto before = steps->load();
  EXPECT_EQ(wait(submit(task("y"))).result.value(), "y");
  EXPECT_EQ(steps->load(), before);
  steps->store(1'000'000);
  EXPECT_TRUE(troupe_.resume(id));
  EXPECT_EQ(wait(id).result.value(), "arrived");
}

TEST_F(runtime_waits_test, a_blocking_handler_stands_at_its_checkpoint) {
  actors::agent_definition agent{"host"};
  auto is_enough = std::make_shared<std::atomic<bool>>(false);
  agent.on("walk", [is_enough](task_context& ctx) {
    while (!*is_enough)
      ctx.checkpoint();
    return core::json("arrived");
  });
  add(std::move(agent));
  auto spec = task("x", "walk");
  // Not while it is paused.
  spec.limits.attempt = 10min;
  auto id = submit(std::move(spec));
  next(event_kind::task_started, id);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(troupe_.pause(id));
    next(event_kind::task_paused, id);
    EXPECT_EQ(troupe_.get(id)->status, task_status::paused);
    EXPECT_TRUE(troupe_.resume(id));
    next(event_kind::task_resumed, id);
  }
  *is_enough = true;
  EXPECT_EQ(wait(id).result.value(), "arrived");
}

TEST_F(runtime_waits_test, a_blocking_handler_can_be_cancelled_while_paused) {
  std::promise<void> gone;
  actors::agent_definition agent{"host"};
  agent.on("walk", [&gone](task_context& ctx) {
    while (!ctx.stop_token().stop_requested())
      ctx.checkpoint();
    gone.set_value();
  });
  add(std::move(agent));
  auto id = submit(task("x", "walk"));
  next(event_kind::task_started, id);
  EXPECT_TRUE(troupe_.pause(id));
  next(event_kind::task_paused, id);
  EXPECT_TRUE(troupe_.cancel(id));
  gone.get_future().wait();
  EXPECT_EQ(wait(id).status, task_status::cancelled);
}

} // namespace troupe::test
