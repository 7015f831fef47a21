// The queues of a runtime.

#include "tests/actors/runtimes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace troupe::test {

namespace {

using core::ec;
using core::task_status;

class runtime_queues_test : public whole_runtime {};

} // namespace

TEST_F(runtime_queues_test, adds_queues) {
  core::queue_spec spec;
  spec.name = "other";
  ASSERT_TRUE(troupe_.add_queue(spec));
  add(namer());
  auto elsewhere = task("elsewhere");
  elsewhere.queue = "other";
  EXPECT_EQ(wait(submit(elsewhere)).status, task_status::completed);
}

TEST_F(runtime_queues_test, refuses_queues_that_make_no_sense) {
  core::queue_spec spec;
  spec.name = "default";
  auto why = failure_of(troupe_.add_queue(spec));
  EXPECT_EQ(why.code, ec::duplicate);
  EXPECT_EQ(why.message, "there is a queue 'default' already");
  spec.name.clear();
  EXPECT_EQ(failure_of(troupe_.add_queue(spec)).code, ec::invalid_argument);
}

TEST_F(runtime_queues_test, refuses_what_a_queue_has_no_room_for) {
  core::queue_spec spec;
  spec.name = "small";
  spec.waiting_max = 1;
  ASSERT_TRUE(troupe_.add_queue(spec));
  auto x = task("first");
  x.queue = "small";
  submit(x);
  EXPECT_EQ(failure_of(troupe_.submit(x)).code, ec::queue_full);
}

TEST_F(runtime_queues_test, pauses_and_resumes_a_queue) {
  add(namer());
  ASSERT_TRUE(troupe_.pause_queue("default"));
  auto id = submit(task("first"));
  EXPECT_EQ(troupe_.explain(id), "queue 'default' is paused");
  ASSERT_TRUE(troupe_.resume_queue("default"));
  EXPECT_EQ(wait(id).status, task_status::completed);
}

TEST_F(runtime_queues_test, starts_what_waits_when_it_is_told_to) {
  core::queue_spec spec;
  spec.name = "by hand";
  spec.auto_start = false;
  ASSERT_TRUE(troupe_.add_queue(spec));
  add(namer());
  auto waiting = task("first");
  waiting.queue = "by hand";
  auto id = submit(waiting);
  // The queue is told before whoever submitted; so it knows of it.
  EXPECT_EQ(troupe_.explain(id),
            "queue 'by hand' starts nothing by itself; call process_queue()");
  EXPECT_EQ(troupe_.process_queue("by hand"), 1u);
  EXPECT_EQ(wait(id).status, task_status::completed);
}

TEST_F(runtime_queues_test, runs_no_two_tasks_with_the_same_key_at_once) {
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  actors::agent_definition worker{"worker"};
  worker.slots(4).on("work", [&](actors::task_context&) {
    most = std::max(most.load(), ++running);
    std::this_thread::yield();
    --running;
  });
  add(std::move(worker));
  std::vector<core::task_id> ids;
  for (int i = 0; i < 20; ++i) {
    auto x = task(std::to_string(i));
    x.concurrency_key = "k";
    ids.push_back(submit(x));
  }
  for (auto& id : ids)
    EXPECT_EQ(wait(id).status, task_status::completed);
  EXPECT_EQ(most, 1);
}

TEST_F(runtime_queues_test, runs_no_more_at_once_than_the_agent_has_for) {
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  actors::agent_definition worker{"worker"};
  worker.slots(4).resource("cpu", 2).on("work", [&](actors::task_context&) {
    most = std::max(most.load(), ++running);
    std::this_thread::yield();
    --running;
  });
  add(std::move(worker));
  std::vector<core::task_id> ids;
  for (int i = 0; i < 20; ++i) {
    auto x = task(std::to_string(i));
    x.resources = {{"cpu", 1}};
    ids.push_back(submit(x));
  }
  for (auto& id : ids)
    EXPECT_EQ(wait(id).status, task_status::completed);
  EXPECT_LE(most, 2);
  auto x = task("too big");
  x.resources = {{"cpu", 3}};
  EXPECT_EQ(troupe_.explain(submit(x)),
            "no agent has [work] with 3 cpu; worker has 2 cpu");
}

TEST_F(runtime_queues_test, starts_no_more_than_its_rate_allows) {
  core::queue_spec spec;
  spec.name = "slow";
  spec.rate = core::dispatch_rate{
    {.tokens = 1, .per = std::chrono::hours{10}, .burst = 2}};
  ASSERT_TRUE(troupe_.add_queue(spec));
  add(namer());
  auto x = task("first");
  x.queue = "slow";
  auto ids = troupe_.submit(std::vector{x, x, x});
  ASSERT_TRUE(ids);
  EXPECT_EQ(wait((*ids)[0]).status, task_status::completed);
  EXPECT_EQ(wait((*ids)[1]).status, task_status::completed);
  auto why = *troupe_.explain((*ids)[2]);
  EXPECT_EQ(why.substr(0, why.find(';')), "queue 'slow' starts no more than 1 "
                                          "per 10h, at most 2 at once");
}

TEST_F(runtime_queues_test, refuses_what_a_key_has_no_room_for) {
  core::queue_spec spec;
  spec.name = "keyed";
  spec.at_key_max = core::key_policy::refuse;
  ASSERT_TRUE(troupe_.add_queue(spec));
  auto x = task("first");
  x.queue = "keyed";
  x.concurrency_key = "k";
  submit(x);
  EXPECT_EQ(failure_of(troupe_.submit(x)).code, ec::key_busy);
}

TEST_F(runtime_queues_test, makes_no_more_retries_than_the_budget_allows) {
  core::queue_spec spec;
  spec.name = "frugal";
  spec.retry_budget = {.ratio = 0, .min_per_second = 0.1};
  ASSERT_TRUE(troupe_.add_queue(spec));
  actors::agent_definition failing{"failing"};
  std::atomic<int> attempts = 0;
  failing.on("work", [&](actors::task_context&) -> actors::handler_result {
    ++attempts;
    return core::fail(ec::handler_failed, "as always");
  });
  add(std::move(failing));
  auto x = task("first");
  x.queue = "frugal";
  x.retry.base = core::duration::zero();
  EXPECT_EQ(wait(submit(x)).status, task_status::failed);
  EXPECT_EQ(attempts, 2);
}

TEST_F(runtime_queues_test, names_a_queue_it_does_not_know) {
  auto why = failure_of(troupe_.pause_queue("nowhere"));
  EXPECT_EQ(why.code, ec::unknown_queue);
  EXPECT_EQ(why.message, "there is no queue 'nowhere'");
  EXPECT_EQ(failure_of(troupe_.resume_queue("nowhere")).code,
            ec::unknown_queue);
  EXPECT_EQ(failure_of(troupe_.process_queue("nowhere")).code,
            ec::unknown_queue);
}

} // namespace troupe::test
