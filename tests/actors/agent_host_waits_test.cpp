// Coroutines that wait for an answer or to be resumed.

#include "tests/actors/lone_agent.hpp"

namespace troupe::test {

namespace {

using namespace std::chrono_literals;

using actors::task_context;
using core::async;
using core::payload;
using messages::ask_input;
using messages::attempt_paused;
using messages::attempts_parked;
using messages::attempts_unparked;

class agent_host_waits_test : public lone_agent {
protected:
  /// As the manager does.
  void answer(const core::attempt_key& key, uint32_t number, core::json value,
              core::error failure = {}) {
    messages::inputs_answered told;
    told.answers.push_back({key, number, payload(std::move(value)), failure});
    tell(std::move(told));
  }

  void resume(core::attempt_order x) {
    x.is_resumed = true;
    run(std::move(x));
  }

  core::attempt_order limited(core::duration limit,
                              core::duration heartbeat = {}) {
    auto spec = make_task(system_, "limited");
    spec.limits.attempt = limit;
    spec.limits.heartbeat = heartbeat;
    return order(std::move(spec));
  }
};

/// g++ 12 cannot take braces within a co_await.
payload schema(const char* keyword, const char* value) {
  return core::json{{keyword, value}};
}

async<payload> asks(task_context& ctx) {
  co_return co_await ctx.input("well?", schema("type", "string"), 1min);
}

async<payload> works_in_steps(task_context& ctx) {
  for (int i = 0; i < 3; ++i) {
    co_await ctx.sleep(1s);
    co_await ctx.checkpoint();
  }
  co_return payload(core::json("done"));
}

} // namespace

// -- questions ----------------------------------------------------------------

TEST_F(agent_host_waits_test, asks_and_gives_its_slot_back) {
  host(asks);
  auto x = order("x");
  auto key = run(x);
  auto asked = manager_.take_one<ask_input>();
  EXPECT_EQ(asked.key, key);
  EXPECT_EQ(asked.what.number, 0u);
  EXPECT_EQ(asked.what.prompt, "well?");
  EXPECT_EQ(asked.what.schema.value(), (core::json{{"type", "string"}}));
  EXPECT_EQ(asked.what.deadline, system_.now() + 1min);
  EXPECT_EQ(queue_.take_one<attempts_parked>().keys, std::vector{key});
  answer(key, 0, "yes");
  EXPECT_EQ(queue_.take_one<attempts_unparked>().keys, std::vector{key});
  EXPECT_TRUE(outcomes().empty());
  resume(x);
  EXPECT_EQ(outcome().result.value(), "yes");
}

TEST_F(agent_host_waits_test, throws_where_nobody_answers) {
  host(asks);
  auto x = order("x");
  auto key = run(x);
  answer(key, 0, nullptr, {core::ec::timeout, "nobody"});
  resume(x);
  EXPECT_EQ(failure(), "timeout: nobody");
}

TEST_F(agent_host_waits_test, refuses_a_schema_that_is_none) {
  host([](task_context& ctx) -> async<payload> {
    co_return co_await ctx.input("well?", schema("pattern", "a*"));
  });
  run("x");
  auto ended = outcome();
  EXPECT_EQ(ended.failure.code, core::ec::invalid_argument);
  EXPECT_TRUE(ended.failure.is_permanent);
  EXPECT_TRUE(manager_.got<ask_input>().empty());
}

TEST_F(agent_host_waits_test, numbers_its_questions_and_may_ask_several) {
  host([](task_context& ctx) -> async<payload> {
    std::vector<async<payload>> all;
    all.push_back(ctx.input("a"));
    all.push_back(ctx.input("b"));
    auto answers = co_await ctx.when_all(std::move(all));
    co_return payload(
      core::json::array({answers[0].value(), answers[1].value()}));
  });
  auto x = order("x");
  auto key = run(x);
  EXPECT_EQ(manager_.take<ask_input>().size(), 2u);
  answer(key, 1, "of b");
  resume(x);
  EXPECT_TRUE(outcomes().empty());
  answer(key, 0, "of a");
  // One that nobody asked for does no harm.
  answer(key, 7, "of nobody");
  resume(x);
  EXPECT_EQ(outcome().result.value(), core::json::array({"of a", "of b"}));
}

TEST_F(agent_host_waits_test, its_clock_stands_while_it_waits) {
  host([](task_context& ctx) -> async<payload> {
    co_await ctx.sleep(4s);
    co_await ctx.input("well?");
    co_await ctx.sleep(1h);
    co_return payload{};
  });
  auto x = limited(10s, 5s);
  auto key = run(x);
  system_.advance(4s);
  system_.advance(1h, 1s);
  EXPECT_TRUE(outcomes().empty());
  answer(key, 0, 1);
  resume(x);
  system_.advance(4990ms);
  EXPECT_TRUE(outcomes().empty());
  system_.advance(10ms);
  EXPECT_EQ(failure(), "timeout: the attempt gave no sign of life for 5s");
}

TEST_F(agent_host_waits_test, has_what_was_left_of_its_time_afterwards) {
  host([](task_context& ctx) -> async<payload> {
    co_await ctx.sleep(4s);
    co_await ctx.input("well?");
    EXPECT_EQ(*ctx.deadline() - ctx.now(), 6s);
    co_await ctx.sleep(1h);
    co_return payload{};
  });
  auto x = limited(10s);
  auto key = run(x);
  system_.advance(1h, 1s);
  answer(key, 0, 1);
  resume(x);
  system_.advance(5990ms);
  EXPECT_TRUE(outcomes().empty());
  system_.advance(10ms);
  EXPECT_EQ(failure(), "timeout: the attempt took longer than 10s");
}

TEST_F(agent_host_waits_test, one_that_asks_first_thing_has_all_its_time) {
  host([](task_context& ctx) -> async<payload> {
    co_await ctx.input("well?");
    co_await ctx.sleep(1h);
    co_return payload{};
  });
  auto x = limited(10s);
  auto key = run(x);
  system_.advance(1h, 1s);
  EXPECT_TRUE(outcomes().empty());
  answer(key, 0, 1);
  resume(x);
  system_.advance(10s);
  EXPECT_EQ(failure(), "timeout: the attempt took longer than 10s");
}

TEST_F(agent_host_waits_test, can_be_cancelled_while_it_waits) {
  host(asks);
  auto key = run("x");
  tell(messages::cancel_attempts{{key}});
  EXPECT_EQ(failure(), "cancelled: cancelled");
  answer(key, 0, "too late");
  EXPECT_TRUE(outcomes().empty());
  EXPECT_TRUE(is_alive());
}

// -- pauses -------------------------------------------------------------------

TEST_F(agent_host_waits_test, pauses_at_its_next_checkpoint) {
  host(works_in_steps);
  auto x = order("x");
  auto key = run(x);
  system_.advance(1s);
  tell(messages::pause_attempt{key, 7});
  EXPECT_TRUE(manager_.got<attempt_paused>().empty());
  system_.advance(1s);
  auto told = manager_.take_one<attempt_paused>();
  EXPECT_EQ(told.key, key);
  EXPECT_EQ(told.number, 7u);
  EXPECT_EQ(queue_.take_one<attempts_parked>().keys, std::vector{key});
  system_.advance(1h, 1min);
  EXPECT_TRUE(outcomes().empty());
  tell(messages::resume_attempt{key});
  EXPECT_EQ(queue_.take_one<attempts_unparked>().keys, std::vector{key});
  resume(x);
  system_.advance(1s);
  EXPECT_EQ(outcome().result.value(), "done");
}

TEST_F(agent_host_waits_test, goes_past_a_checkpoint_if_it_was_resumed) {
  host(works_in_steps);
  auto key = run("x");
  tell(messages::pause_attempt{key, 1});
  tell(messages::resume_attempt{key});
  system_.advance(3s);
  EXPECT_EQ(outcome().result.value(), "done");
  EXPECT_TRUE(manager_.got<attempt_paused>().empty());
}

TEST_F(agent_host_waits_test, stays_if_it_is_paused_again_before_it_went_on) {
  host(works_in_steps);
  auto x = order("x");
  auto key = run(x);
  tell(messages::pause_attempt{key, 1});
  system_.advance(1s);
  tell(messages::resume_attempt{key});
  tell(messages::pause_attempt{key, 2});
  EXPECT_EQ(manager_.take<attempt_paused>().size(), 2u);
  queue_.take<attempts_parked>();
  // The slot it had asked for.
  resume(x);
  EXPECT_EQ(queue_.take_one<attempts_parked>().keys, std::vector{key});
  tell(messages::resume_attempt{key});
  resume(x);
  system_.advance(2s);
  EXPECT_EQ(outcome().result.value(), "done");
}

TEST_F(agent_host_waits_test, can_be_cancelled_while_it_is_paused) {
  host(works_in_steps);
  auto key = run("x");
  tell(messages::pause_attempt{key, 1});
  system_.advance(1s);
  tell(messages::cancel_attempts{{key}});
  EXPECT_EQ(failure(), "cancelled: cancelled");
  tell(messages::resume_attempt{key});
  EXPECT_TRUE(is_alive());
}

} // namespace troupe::test
