#include "actors/agent_host.hpp"

#include "tests/actors/lone_agent.hpp"
#include "tests/support/coroutines.hpp"

#include <stdexcept>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using actors::cooperative;
using actors::handler_result;
using actors::task_context;
using core::async;
using core::ec;
using core::payload;
using messages::cancel_attempts;
using messages::stop_agent;

class agent_host_test : public lone_agent {
protected:
  /// All actors there are.
  size_t actors() {
    return system_.system().registry().running();
  }
};

handler_result name_of(task_context& ctx) {
  return payload(core::json(ctx.task().name));
}

async<payload> sleeps(task_context& ctx) {
  co_await ctx.sleep(1s);
  co_return payload(core::json("slept"));
}

} // namespace

// -- the three kinds of handlers ----------------------------------------------

TEST_F(agent_host_test, runs_a_cooperative_handler) {
  host(cooperative(name_of));
  auto key = run("first");
  auto ended = outcome();
  EXPECT_EQ(ended.key, key);
  EXPECT_TRUE(ended.is_success());
  EXPECT_EQ(ended.result.value(), "first");
  EXPECT_EQ(ended.started, system_.now());
  EXPECT_EQ(ended.finished, system_.now());
}

TEST_F(agent_host_test, runs_a_blocking_handler) {
  host(name_of);
  auto key = run("first");
  auto ended = outcome();
  EXPECT_EQ(ended.key, key);
  EXPECT_TRUE(ended.is_success());
  EXPECT_EQ(ended.result.value(), "first");
  EXPECT_EQ(ended.started, system_.now());
}

TEST_F(agent_host_test, runs_a_coroutine) {
  host(sleeps);
  auto key = run("first");
  EXPECT_TRUE(outcomes().empty());
  system_.advance(1s);
  auto ended = outcome();
  EXPECT_EQ(ended.key, key);
  EXPECT_EQ(ended.result.value(), "slept");
  EXPECT_EQ(ended.finished - ended.started, 1s);
}

TEST_F(agent_host_test, chooses_the_handler_by_the_first_capability) {
  actors::agent_definition definition{"worker"};
  for (auto name : {"a", "b"})
    definition.on(name, cooperative([name](task_context&) { return name; }));
  host(definition);
  auto both = make_task(system_, "first", "b");
  both.capabilities.push_back("a");
  run(order(both));
  EXPECT_EQ(outcome().result.value(), "b");
  run(order(make_task(system_, "second", "a")));
  EXPECT_EQ(outcome().result.value(), "a");
}

TEST_F(agent_host_test, fails_for_good_what_it_has_no_handler_for) {
  actors::agent_definition definition{"worker"};
  definition.on("work", cooperative(name_of)).has("a licence");
  host(definition);
  run(order(make_task(system_, "first", "a licence")));
  auto why = outcome().failure;
  EXPECT_EQ(why.code, ec::no_handler);
  EXPECT_TRUE(why.is_permanent);
  EXPECT_EQ(why.message, "agent 'worker' has the capability 'a licence' but no "
                         "handler for it");
}

// -- failures -----------------------------------------------------------------

TEST_F(agent_host_test, fails_an_attempt_whose_handler_returns_an_error) {
  auto refuses = [](task_context&) -> handler_result {
    return core::fail(ec::system_error, "no");
  };
  host(cooperative(refuses));
  run("first");
  EXPECT_EQ(failure(), "system_error: no");
  host(refuses);
  run("first");
  EXPECT_EQ(failure(), "system_error: no");
  host([](task_context&) -> async<payload> {
    co_return core::fail(ec::system_error, "no");
  });
  run("first");
  EXPECT_EQ(failure(), "system_error: no");
}

TEST_F(agent_host_test, fails_an_attempt_whose_handler_throws_a_failure) {
  auto refuses = [](task_context&) -> handler_result {
    throw core::failure{{ec::system_error, "no"}};
  };
  host(cooperative(refuses));
  run("first");
  EXPECT_EQ(failure(), "system_error: no");
  host(refuses);
  run("first");
  EXPECT_EQ(failure(), "system_error: no");
  host([](task_context& ctx) -> async<payload> {
    co_await ctx.sleep(0s);
    throw core::failure{{ec::system_error, "no"}};
  });
  run("first");
  system_.advance(10ms);
  EXPECT_EQ(failure(), "system_error: no");
}

TEST_F(agent_host_test, survives_a_cooperative_handler_that_throws) {
  host(cooperative([](task_context& ctx) -> handler_result {
    if (ctx.task().name == "first")
      throw std::runtime_error{"boom"};
    if (ctx.task().name == "second")
      throw 42;
    return payload{};
  }));
  run("first");
  EXPECT_EQ(failure(), "handler_crashed: the handler threw: boom");
  run("second");
  EXPECT_EQ(failure(), "handler_crashed: the handler threw: something that is "
                       "no std::exception");
  run("third");
  EXPECT_EQ(failure(), "");
}

TEST_F(agent_host_test, survives_a_coroutine_that_throws) {
  host([](task_context& ctx) -> async<payload> {
    if (ctx.task().name == "first")
      throw std::runtime_error{"boom"};
    if (ctx.task().name == "second")
      throw 42;
    co_return payload{};
  });
  run("first");
  EXPECT_EQ(failure(), "handler_crashed: the handler threw: boom");
  run("second");
  EXPECT_EQ(failure(), "handler_crashed: the handler threw: something that is "
                       "no std::exception");
  run("third");
  EXPECT_EQ(failure(), "");
}

TEST_F(agent_host_test, replaces_a_worker_that_crashes) {
  host([](task_context& ctx) -> handler_result {
    if (ctx.task().name == "first")
      throw std::runtime_error{"boom"};
    return payload{};
  });
  auto before = actors();
  run("first");
  EXPECT_EQ(failure(), "handler_crashed: the handler threw: boom");
  EXPECT_EQ(actors(), before);
  run("second");
  EXPECT_EQ(failure(), "");
}

TEST_F(agent_host_test, takes_what_is_thrown_before_there_is_a_coroutine) {
  host([](task_context& ctx) -> async<payload> {
    if (ctx.task().name == "first")
      throw core::failure{{ec::system_error, "no"}};
    if (ctx.task().name == "second")
      throw std::runtime_error{"boom"};
    if (ctx.task().name == "third")
      throw 42;
    return sleeps(ctx);
  });
  run("first");
  EXPECT_EQ(failure(), "system_error: no");
  run("second");
  EXPECT_EQ(failure(), "handler_crashed: the handler threw: boom");
  run("third");
  EXPECT_EQ(failure(), "handler_crashed: the handler threw: something that is "
                       "no std::exception");
  run("fourth");
  system_.advance(1s);
  EXPECT_EQ(failure(), "");
}

TEST_F(agent_host_test, takes_no_error_of_a_coroutine_for_a_success) {
  host([](task_context&) -> async<payload> {
    co_return core::fail(ec::none, "forgot the code");
  });
  run("first");
  EXPECT_EQ(failure(), "handler_failed: forgot the code");
}

// -- workers, reports and load ------------------------------------------------

TEST_F(agent_host_test, uses_its_workers_again) {
  host(name_of);
  auto before = actors();
  for (int i = 0; i < 3; ++i)
    run("one after the other");
  EXPECT_EQ(actors(), before + 1);
  for (int i = 0; i < 3; ++i)
    send(order("at once"));
  system_.settle();
  EXPECT_EQ(outcomes().size(), 6u);
  EXPECT_LE(actors(), before + 3);
}

TEST_F(agent_host_test, reports_what_ends_together_in_one_message) {
  host(cooperative(name_of));
  messages::run_attempts request;
  for (auto name : {"a", "b", "c"})
    request.orders.push_back(order(name));
  request.sink = queue_.handle();
  tell(std::move(request));
  EXPECT_EQ(queue_.take_one<messages::attempts_ended>().outcomes.size(), 3u);
}

TEST_F(agent_host_test, reports_to_each_queue_what_came_from_it) {
  sink other{system_};
  host(sleeps);
  auto here = run("here");
  messages::run_attempts request;
  request.orders.push_back(order("there"));
  request.sink = other.handle();
  auto there = request.orders[0].key();
  tell(std::move(request));
  system_.advance(1s);
  EXPECT_EQ(outcome().key, here);
  auto outcomes = other.take_one<messages::attempts_ended>().outcomes;
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(outcomes[0].key, there);
}

TEST_F(agent_host_test, counts_what_it_runs) {
  host(sleeps);
  run("first");
  run("second");
  EXPECT_EQ(*load_, 2u);
  system_.advance(1s);
  EXPECT_EQ(*load_, 0u);
}

// -- cancelling ---------------------------------------------------------------

TEST_F(agent_host_test, destroys_a_coroutine_that_is_cancelled) {
  int alive = 0;
  host([&](task_context& ctx) -> async<payload> {
    support::counted local{alive};
    co_await ctx.sleep(1s);
    co_return payload{};
  });
  auto key = run("first");
  EXPECT_EQ(alive, 1);
  tell(cancel_attempts{{key}});
  EXPECT_EQ(alive, 0);
  EXPECT_EQ(failure(), "cancelled: cancelled");
  EXPECT_EQ(*load_, 0u);
  system_.advance(2s);
  EXPECT_TRUE(outcomes().empty());
}

TEST_F(agent_host_test, tells_a_coroutine_of_its_cancellation_first) {
  bool was_told = false;
  host([&](task_context& ctx) -> async<payload> {
    std::stop_callback on_stop{ctx.stop_token(), [&] {
                                 was_told = true;
                               }};
    co_await ctx.sleep(1s);
    co_return payload{};
  });
  tell(cancel_attempts{{run("first")}});
  EXPECT_TRUE(was_told);
}

TEST_F(agent_host_test, cancels_one_attempt_and_no_other) {
  host(sleeps);
  auto first = run("first");
  auto second = run("second");
  tell(cancel_attempts{{first}});
  EXPECT_EQ(outcome().key, first);
  system_.advance(1s);
  auto ended = outcome();
  EXPECT_EQ(ended.key, second);
  EXPECT_TRUE(ended.is_success());
}

TEST_F(agent_host_test, ignores_cancellations_of_what_it_does_not_run) {
  host(sleeps);
  auto key = run("first");
  ++key.number;
  tell(cancel_attempts{{key}});
  EXPECT_TRUE(outcomes().empty());
  system_.advance(1s);
  EXPECT_EQ(failure(), "");
}

// -- stopping -----------------------------------------------------------------

TEST_F(agent_host_test, ends_what_it_runs_before_it_stops) {
  host(sleeps);
  run("first");
  tell(stop_agent{false});
  EXPECT_TRUE(is_alive());
  run("too late");
  EXPECT_EQ(failure(), "agent_lost: agent 'worker' is stopping");
  system_.advance(1s);
  EXPECT_EQ(failure(), "");
  EXPECT_FALSE(is_alive());
}

TEST_F(agent_host_test, cancels_what_it_runs_when_it_stops_at_once) {
  host(sleeps);
  run("first");
  run("second");
  tell(stop_agent{true});
  auto all = outcomes();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].failure.code, ec::cancelled);
  EXPECT_EQ(all[1].failure.code, ec::cancelled);
  EXPECT_FALSE(is_alive());
}

TEST_F(agent_host_test, stops_right_away_with_its_workers_if_it_is_idle) {
  auto before = actors();
  host(name_of);
  run("first");
  EXPECT_EQ(actors(), before + 2);
  tell(stop_agent{false});
  EXPECT_FALSE(is_alive());
  EXPECT_EQ(actors(), before);
}

} // namespace troupe::test
