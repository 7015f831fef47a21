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

class agent_host_heartbeat_test : public agent_host_deadlines_test {
protected:
  core::attempt_key run_watched(core::duration heartbeat) {
    auto spec = make_task(system_, "x");
    spec.limits.heartbeat = heartbeat;
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

// -- heartbeats ---------------------------------------------------------------

TEST_F(agent_host_heartbeat_test, ends_an_attempt_that_falls_silent) {
  host([](actors::task_context& ctx) -> core::async<core::payload> {
    co_await ctx.sleep(4s);
    ctx.heartbeat();
    co_await ctx.sleep(1h);
    co_return core::payload{};
  });
  run_watched(5s);
  system_.advance(8990ms);
  EXPECT_TRUE(outcomes().empty());
  system_.advance(10ms);
  EXPECT_EQ(failure(), "timeout: the attempt gave no sign of life for 5s");
}

TEST_F(agent_host_heartbeat_test, all_that_a_handler_says_is_a_sign_of_life) {
  host([](actors::task_context& ctx) -> core::async<core::payload> {
    for (int i = 0; i < 3; ++i) {
      co_await ctx.sleep(4s);
      ctx.progress(50);
      co_await ctx.sleep(4s);
      ctx.emit(core::payload(core::json(1)));
      co_await ctx.sleep(4s);
      ctx.log("still here");
    }
    co_return core::payload{};
  });
  run_watched(5s);
  system_.advance(36s, 100ms);
  EXPECT_TRUE(outcome().is_success());
}

TEST_F(agent_host_heartbeat_test, who_waits_for_a_child_need_not_give_any) {
  host([this](actors::task_context& ctx) -> core::async<core::payload> {
    auto child = make_task(system_, "child");
    co_await ctx.run(std::move(child));
    co_await ctx.sleep(1h);
    co_return core::payload{};
  });
  auto spec = make_task(system_, "parent");
  spec.limits.heartbeat = 5s;
  auto parent = order(std::move(spec));
  run(parent);
  system_.advance(1min, 100ms);
  EXPECT_TRUE(outcomes().empty());
  core::task_record record;
  record.spec = manager_.take_one<messages::submit_children>().specs.at(0);
  record.status = core::task_status::completed;
  tell(messages::tasks_ended{{record}});
  parent.is_resumed = true;
  run(parent);
  system_.advance(4990ms);
  EXPECT_TRUE(outcomes().empty());
  system_.advance(10ms);
  EXPECT_EQ(failure(), "timeout: the attempt gave no sign of life for 5s");
}

TEST_F(blocking_deadlines_test, a_silent_handler_is_asked_to_stop) {
  actors::agent_definition agent{"mute"};
  agent.on("block", [](actors::task_context& ctx) {
    std::mutex mutex;
    std::condition_variable_any condition;
    std::unique_lock guard{mutex};
    condition.wait(guard, ctx.stop_token(), [] { return false; });
  });
  add(std::move(agent));
  auto spec = limited(0s);
  spec.limits.heartbeat = 20ms;
  auto record = wait(submit(std::move(spec)));
  EXPECT_EQ(core::to_string(*record.failure),
            "timeout: the attempt gave no sign of life for 20ms");
}

// -- blocking handlers --------------------------------------------------------

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

// -- threads that do not come back --------------------------------------------

namespace {

/// Agents with handlers that do not come back until they are let go.
class abandoned_threads_test : public blocking_deadlines_test {
protected:
  ~abandoned_threads_test() override {
    if (!is_released_)
      release_.set_value();
  }

  actors::agent_definition deaf(std::string id, uint32_t abandoned_max) {
    actors::agent_definition agent{std::move(id)};
    agent.stop_grace(10ms).abandoned_max(abandoned_max);
    agent.on("block", [released = released_](actors::task_context&) {
      released.wait();
      return core::json("too late");
    });
    agent.on("work", [](actors::task_context& ctx) { return ctx.agent(); });
    return agent;
  }

  void hang_one() {
    EXPECT_EQ(wait(submit(limited(10ms))).failure->code, core::ec::timeout);
  }

  void release() {
    is_released_ = true;
    release_.set_value();
  }

  core::agent_info info() {
    auto status = troupe_.status();
    EXPECT_TRUE(status && status->agents.size() > 0);
    return status ? status->agents.at(0) : core::agent_info{};
  }

  /// The next event about an agent's coming and going.
  core::event next_change(actors::event_stream& events) {
    while (auto x = events.next())
      if (x->kind == core::event_kind::agent_offline
          || x->kind == core::event_kind::agent_online)
        return *x;
    return {};
  }

  std::promise<void> release_;
  std::shared_future<void> released_ = release_.get_future().share();
  bool is_released_ = false;
};

} // namespace

TEST_F(abandoned_threads_test, are_counted_until_they_return) {
  add(deaf("deaf", 4));
  hang_one();
  EXPECT_EQ(info().abandoned, 1u);
  EXPECT_EQ(wait(submit(task("y"))).result.value(), "deaf");
  EXPECT_EQ(info().status, core::agent_status::idle);
}

TEST_F(abandoned_threads_test, too_many_take_their_agent_offline) {
  auto events = troupe_.subscribe();
  add(deaf("deaf", 1));
  hang_one();
  hang_one();
  auto offline = next_change(events);
  EXPECT_EQ(offline.kind, core::event_kind::agent_offline);
  EXPECT_EQ(offline.subject, "deaf");
  EXPECT_EQ(offline.text, "2 handlers did not return when told to stop, more "
                          "than its abandoned_max of 1");
  EXPECT_EQ(info().status, core::agent_status::offline);
  EXPECT_EQ(info().abandoned, 2u);
  EXPECT_EQ(info().note, offline.text);
  // What only it can do waits visibly, and starts when it is back.
  auto waiting = submit(task("y"));
  EXPECT_EQ(troupe_.explain(waiting).value_or(""),
            "no agent that has [work] takes work; deaf is offline: "
              + offline.text);
  release();
  auto online = next_change(events);
  EXPECT_EQ(online.kind, core::event_kind::agent_online);
  EXPECT_EQ(wait(waiting).result.value(), "deaf");
  EXPECT_EQ(info().status, core::agent_status::idle);
  EXPECT_EQ(info().note, "");
}

TEST_F(abandoned_threads_test, leave_the_work_to_other_agents) {
  auto events = troupe_.subscribe();
  add(deaf("deaf", 0));
  hang_one();
  next_change(events);
  actors::agent_definition other{"other"};
  other.on("work", [](actors::task_context& ctx) { return ctx.agent(); });
  add(std::move(other));
  EXPECT_EQ(wait(submit(task("y"))).result.value(), "other");
}

TEST_F(abandoned_threads_test, what_they_make_is_dropped_and_counted) {
  auto events = troupe_.subscribe();
  add(deaf("deaf", 0));
  hang_one();
  next_change(events);
  auto before = troupe_.stats()->outcomes_dropped;
  release();
  EXPECT_EQ(next_change(events).kind, core::event_kind::agent_online);
  // Behind what the agent has said of it.
  wait(submit(task("y")));
  EXPECT_EQ(troupe_.stats()->outcomes_dropped, before + 1);
}

} // namespace troupe::test
