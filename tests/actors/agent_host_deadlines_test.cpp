// Attempts that take too long. Those whose handlers block need real threads.

#include "tests/actors/lone_agent.hpp"
#include "tests/actors/runtimes.hpp"

#include <condition_variable>
#include <future>
#include <mutex>
#include <stop_token>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;

class agent_host_deadlines_test : public lone_agent {
protected:
  core::attempt_key run_limited(core::duration limit) {
    auto spec = make_task(system_, "x");
    spec.limits.attempt = limit;
    return run(order(std::move(spec)));
  }
};

class blocking_deadlines_test : public whole_runtime {
protected:
  static core::task_spec limited(core::duration limit) {
    auto spec = task("x", "block");
    spec.limits.attempt = limit;
    spec.retry.max_retries = 0;
    return spec;
  }
};

core::async<core::payload> sleeps_an_hour(actors::task_context& ctx) {
  co_await ctx.sleep(1h);
  co_return core::payload(core::json(1));
}

} // namespace

TEST_F(agent_host_deadlines_test, ends_a_coroutine_that_is_out_of_time) {
  host(sleeps_an_hour);
  run_limited(5s);
  system_.advance(4990ms);
  EXPECT_TRUE(outcomes().empty());
  system_.advance(10ms);
  auto ended = outcome();
  EXPECT_EQ(ended.failure.code, core::ec::timeout);
  EXPECT_EQ(ended.failure.message, "the attempt took longer than 5s");
  EXPECT_EQ(ended.finished, system_.now());
}

TEST_F(agent_host_deadlines_test, lets_one_without_limit_take_its_time) {
  host(sleeps_an_hour);
  run_limited(0s);
  system_.advance(1h, 1min);
  EXPECT_EQ(outcome().result.value(), 1);
}

TEST_F(agent_host_deadlines_test, a_deadline_goes_with_its_attempt) {
  host(sleeps_an_hour);
  tell(messages::cancel_attempts{{run_limited(5s)}});
  EXPECT_EQ(outcome().failure.code, core::ec::cancelled);
  system_.advance(1min, 1s);
  EXPECT_TRUE(outcomes().empty());
}

TEST_F(blocking_deadlines_test, a_handler_is_asked_to_stop) {
  actors::agent_definition agent{"polite"};
  agent.on("block", [](actors::task_context& ctx) {
    std::mutex mutex;
    std::condition_variable_any condition;
    std::unique_lock guard{mutex};
    // Until the token fires.
    condition.wait(guard, ctx.stop_token(), [] { return false; });
    return core::json("what nobody wants any more");
  });
  add(std::move(agent));
  auto record = wait(submit(limited(20ms)));
  EXPECT_EQ(record.status, core::task_status::failed);
  EXPECT_EQ(record.failure->code, core::ec::timeout);
  EXPECT_TRUE(record.result.is_null());
}

TEST_F(blocking_deadlines_test, a_handler_that_does_not_stop_is_left_alone) {
  std::promise<void> release;
  std::promise<void> left;
  auto released = release.get_future().share();
  actors::agent_definition agent{"deaf"};
  agent.slots(1).stop_grace(20ms);
  agent.on("block", [&, released](actors::task_context&) {
    released.wait();
    left.set_value();
    return core::json("too late");
  });
  agent.on("work", [](actors::task_context&) { return core::json("next"); });
  add(std::move(agent));
  auto record = wait(submit(limited(20ms)));
  EXPECT_EQ(record.failure->code, core::ec::timeout);
  // Its slot serves others.
  EXPECT_EQ(wait(submit(task("y"))).result.value(), "next");
  release.set_value();
  left.get_future().wait();
}

TEST_F(blocking_deadlines_test, a_slot_comes_back_from_who_ignores_a_cancel) {
  std::promise<void> begun;
  std::promise<void> release;
  auto released = release.get_future().share();
  actors::agent_definition agent{"deaf"};
  agent.slots(1).stop_grace(20ms);
  agent.on("block", [&, released](actors::task_context&) {
    begun.set_value();
    released.wait();
    return core::json("too late");
  });
  agent.on("work", [](actors::task_context&) { return core::json("next"); });
  add(std::move(agent));
  auto id = submit(limited(0s));
  begun.get_future().wait();
  EXPECT_TRUE(troupe_.cancel(id));
  EXPECT_EQ(wait(submit(task("y"))).result.value(), "next");
  EXPECT_EQ(wait(id).status, core::task_status::cancelled);
  release.set_value();
}

} // namespace troupe::test
