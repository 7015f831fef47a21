#include "tests/core/work_queue_fixture.hpp"

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

class work_queue_pauses_test : public work_queue_fixture {
protected:
  void pause(const std::string& name, uint32_t number = 1) {
    queue->pause_task(id_of(name), number);
  }

  void resume(const std::string& name) {
    queue->resume_task(id_of(name));
  }

  /// What agents are told of pauses now.
  lines told() {
    queue->plan(clock);
    auto actions = queue->take_actions();
    lines result;
    for (auto& x : actions.pauses)
      result.push_back(fmt::format("{} on {} is to pause ({})", name_of(x.key),
                                   agent_name(x.agent), x.number));
    for (auto& [agent, key] : actions.resumptions)
      result.push_back(
        fmt::format("{} on {} is to go on", name_of(key), agent_name(agent)));
    return result;
  }
};

} // namespace

TEST_F(work_queue_pauses_test, starts_nothing_that_is_paused) {
  enqueue("x");
  enqueue("y");
  pause("x");
  EXPECT_EQ(explained("x"), "is paused");
  lend(0, 2);
  EXPECT_EQ(started(), lines{"y#1 on a"});
  resume("x");
  EXPECT_EQ(started(), lines{"x#1 on a"});
}

TEST_F(work_queue_pauses_test, a_resumed_task_has_the_place_it_had) {
  for (auto* name : {"a", "b", "c"})
    enqueue(name);
  enqueue("urgent", {.priority = 90});
  pause("a");
  pause("urgent");
  queue->set_priority(id_of("urgent"), 80);
  enqueue("d");
  resume("a");
  resume("urgent");
  lend(0, 2);
  EXPECT_EQ(started(), (lines{"urgent#1 on a", "a#1 on a"}));
}

TEST_F(work_queue_pauses_test, also_one_that_came_while_it_was_paused) {
  task_spec spec;
  spec.id = id_of("x");
  spec.name = "x";
  spec.capabilities = {"scan"};
  ready_task task;
  task.spec = std::make_shared<const task_spec>(spec);
  task.priority = 50;
  task.is_paused = true;
  queue->enqueue(std::move(task));
  enqueue("y");
  lend(0, 1);
  EXPECT_EQ(started(), lines{"y#1 on a"});
  enqueue("z");
  resume("x");
  end("y");
  EXPECT_EQ(started(), lines{"x#1 on a"});
}

TEST_F(work_queue_pauses_test, a_retry_keeps_its_time) {
  enqueue("x", {.retry = {.max_retries = 3,
                          .backoff = backoff_kind::fixed,
                          .jitter = jitter_kind::none,
                          .base = 30s}});
  lend(0, 1);
  plan();
  fail("x");
  plan();
  pause("x");
  EXPECT_EQ(queue->next_due(), never);
  clock += 10s;
  resume("x");
  EXPECT_EQ(queue->next_due(), start + 30s);
  pause("x");
  clock += 1h;
  EXPECT_EQ(started(), lines{});
  resume("x");
  EXPECT_EQ(started(), lines{"x#2 on a"});
}

TEST_F(work_queue_pauses_test, what_runs_is_told_by_its_agent) {
  enqueue("x");
  lend(0, 1);
  plan();
  pause("x", 7);
  EXPECT_EQ(told(), lines{"x#1 on a is to pause (7)"});
  resume("x");
  EXPECT_EQ(told(), lines{"x#1 on a is to go on"});
  resume("x");
  EXPECT_EQ(told(), lines{});
}

TEST_F(work_queue_pauses_test, what_fails_or_is_lost_meanwhile_waits) {
  for (auto* name : {"failing", "lost"})
    enqueue(name, {.retry = {.max_retries = 1,
                             .backoff = backoff_kind::fixed,
                             .jitter = jitter_kind::none,
                             .base = 30s}});
  lend(0, 1);
  lend(1, 1);
  plan();
  pause("failing");
  pause("lost");
  fail("failing");
  queue->agent_left(1, clock);
  clock += 1h;
  lend(0, 1);
  EXPECT_EQ(started(), lines{});
  resume("failing");
  resume("lost");
  plan();
  EXPECT_EQ(runs.size(), 2u);
}

TEST_F(work_queue_pauses_test, goes_on_when_it_was_parked_at_a_checkpoint) {
  enqueue("x");
  lend(0, 1);
  plan();
  pause("x");
  queue->parked(key_of("x"));
  EXPECT_EQ(queue->info().running, 0u);
  resume("x");
  queue->unparked(key_of("x"));
  EXPECT_EQ(started(), lines{"x#1 goes on on a"});
}

TEST_F(work_queue_pauses_test, forgets_what_is_cancelled_while_it_is_paused) {
  enqueue("x");
  pause("x");
  queue->withdraw(id_of("x"));
  resume("x");
  lend(0, 1);
  EXPECT_EQ(started(), lines{});
  EXPECT_EQ(explained("x"), "unknown");
}

TEST_F(work_queue_pauses_test, keeps_its_place_in_a_line_started_by_hand) {
  configure({.auto_start = false});
  for (auto* name : {"a", "b", "c"})
    enqueue(name);
  pause("a");
  pause("b");
  resume("a");
  lend(0, 3);
  EXPECT_EQ(queue->process(), 2u);
  EXPECT_EQ(started(), (lines{"a#1 on a", "c#1 on a"}));
  // It was released with the others.
  resume("b");
  lend(0, 1);
  EXPECT_EQ(started(), lines{"b#1 on a"});
}

} // namespace troupe::core
