// Rate limits in a whole Troupe: in virtual time where time matters, else on
// real threads.

#include "tests/actors/runtimes.hpp"
#include "tests/support/recorder.hpp"
#include "tests/support/tasks.hpp"
#include "tests/support/virtual_troupe.hpp"

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <string>
#include <vector>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using core::ec;
using core::task_status;

core::rate_limit_options
limited(core::token_rate rate,
        core::rate_policy policy = core::rate_policy::refuse) {
  core::rate_limit_options options;
  auto& limit = options.limits.emplace_back();
  limit.name = "api";
  limit.rate = rate;
  limit.when_exceeded = policy;
  return options;
}

actors::agent_definition worker() {
  actors::agent_definition agent{"agent"};
  agent.slots(4);
  agent.on("work", actors::cooperative([](actors::task_context& ctx) {
             return ctx.task().name;
           }));
  return agent;
}

/// A runtime on real threads, whose tokens do not come back in a test's time.
actors::runtime_options
scarce(core::rate_policy policy = core::rate_policy::refuse) {
  actors::runtime_options options;
  options.rate_limits = limited({1, 1h, 2}, policy);
  return options;
}

} // namespace

// -- in virtual time ----------------------------------------------------------

TEST(runtime_rate_limits_test, starts_no_more_than_the_rate_and_all_in_order) {
  virtual_troupe troupe{
    0, 0, {}, limited({10, 1s, 5}, core::rate_policy::wait)};
  troupe.add_queue({.name = "default", .max_concurrent = 0});
  EXPECT_EQ(troupe.add_agent(worker()), core::error{});
  recorder<compat::actor<void(messages::stream_acknowledged)>> client{troupe};
  std::vector<core::task_id> ids;
  messages::stream_tasks request;
  for (int i = 0; i < 105; ++i) {
    request.specs.push_back(share(make_task(troupe, "task")));
    ids.push_back(request.specs.back()->id);
  }
  client.send(troupe.parts().submissions, std::move(request));
  troupe.advance(5s);
  EXPECT_EQ(troupe.stats().completed, 55u);
  troupe.advance(5s);
  EXPECT_EQ(troupe.stats().completed, 105u);
  auto before = core::never;
  for (auto& id : ids) {
    auto created = troupe.get(id).created;
    EXPECT_LE(before, created);
    before = created;
  }
  uint64_t acknowledged = 0;
  for (auto& x : client.take<messages::stream_acknowledged>())
    acknowledged += x.count;
  EXPECT_EQ(acknowledged, 105u);
}

TEST(runtime_rate_limits_test, comes_before_the_circuits) {
  core::circuit_options circuits;
  circuits.settings.failures_max = 1;
  circuits.settings.cool_down = 10s;
  virtual_troupe troupe{0, 0, circuits, limited({1, 1s, 1})};
  troupe.add_queue({.name = "default", .max_concurrent = 0});
  auto submit = [&] {
    return troupe.submit({make_task(troupe, "task")});
  };
  EXPECT_EQ(submit(), core::error{});
  EXPECT_EQ(submit().code, ec::rate_limited);
  troupe.ask<messages::done>(troupe.parts().breaker,
                             messages::trip_circuit{"work"});
  troupe.advance(1s);
  auto why = submit();
  EXPECT_EQ(why.code, ec::circuit_open);
  EXPECT_EQ(why.retry_after, 9s);
  EXPECT_EQ(submit().code, ec::rate_limited);
}

// -- on real threads ----------------------------------------------------------

TEST(runtime_rate_limits_test, refuses_options_that_make_no_sense) {
  actors::runtime_options options;
  options.rate_limits = limited({0, 1s, 1});
  EXPECT_THROW(actors::runtime{options}, std::invalid_argument);
}

TEST(runtime_rate_limits_test, says_so_when_there_are_no_limits) {
  actors::runtime troupe;
  EXPECT_EQ(failure_of(troupe.rate_limits()).message,
            "there are no rate limits; set runtime_options::rate_limits");
}

TEST(runtime_rate_limits_test, refuses_what_is_too_much) {
  actors::runtime troupe{scarce()};
  ASSERT_TRUE(troupe.add_agent(namer()));
  auto first = troupe.submit(task("first"));
  ASSERT_TRUE(first);
  EXPECT_EQ(troupe.wait(*first)->status, task_status::completed);
  auto line = troupe.stream();
  std::vector<core::error> reasons;
  line.on_refused([&](const core::task_id&, const core::error& why) {
    reasons.push_back(why);
  });
  ASSERT_TRUE(line.submit(task("second")));
  ASSERT_TRUE(line.submit(task("third")));
  EXPECT_EQ(line.flush(), 1u);
  ASSERT_EQ(reasons.size(), 1u);
  EXPECT_EQ(reasons[0].code, ec::rate_limited);
  EXPECT_GT(reasons[0].retry_after, 50min);
  EXPECT_EQ(failure_of(troupe.submit(task("late"))).code, ec::rate_limited);
  auto buckets = troupe.rate_limits();
  ASSERT_TRUE(buckets);
  ASSERT_EQ(buckets->size(), 1u);
  EXPECT_EQ(buckets->at(0).limit, "api");
  EXPECT_EQ(buckets->at(0).tokens, 0u);
}

TEST(runtime_rate_limits_test, makes_submissions_wait_and_brings_them_through) {
  actors::runtime_options options;
  options.rate_limits = limited({1000, 1s, 1}, core::rate_policy::wait);
  actors::runtime troupe{options};
  ASSERT_TRUE(troupe.add_agent(namer()));
  auto line = troupe.stream();
  for (int i = 0; i < 100; ++i)
    ASSERT_TRUE(line.submit(task("streamed")));
  for (int i = 0; i < 10; ++i)
    EXPECT_TRUE(troupe.submit(task("submitted")));
  EXPECT_EQ(line.flush(), 0u);
  ASSERT_TRUE(troupe.wait_until_idle());
  EXPECT_EQ(troupe.stats()->completed, 110u);
}

TEST(runtime_rate_limits_test, tells_who_waits_when_it_stops) {
  auto options = scarce(core::rate_policy::wait);
  options.circuits.emplace();
  actors::runtime troupe{options};
  ASSERT_TRUE(troupe.add_agent(namer()));
  auto events = troupe.subscribe();
  auto line = troupe.stream();
  std::vector<ec> reasons;
  line.on_refused([&](const core::task_id&, const core::error& why) {
    reasons.push_back(why.code);
  });
  for (auto name : {"first", "second", "waits"})
    ASSERT_TRUE(line.submit(task(name)));
  // So that they are there before the runtime stops.
  for (int ended = 0; ended < 2;)
    if (events.next()->kind == core::event_kind::task_completed)
      ++ended;
  ASSERT_EQ(troupe.rate_limits()->at(0).waiting, 1u);
  ASSERT_TRUE(troupe.stop());
  EXPECT_EQ(line.flush(), 1u);
  EXPECT_EQ(reasons, std::vector{ec::stopping});
}

} // namespace troupe::test
