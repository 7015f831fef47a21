// A queue in the place of one that is gone.

#include "tests/core/work_queue_fixture.hpp"

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

class work_queue_recovery_test : public work_queue_fixture {
protected:
  recovered_task task(const std::string& name, uint32_t attempts = 0,
                      bool is_running = false) {
    task_spec spec;
    spec.id = id_of(name);
    spec.name = name;
    spec.capabilities = {"scan"};
    spec.retry = {.max_retries = 1, .jitter = jitter_kind::none, .base = 1s};
    recovered_task x;
    x.task = {std::make_shared<const task_spec>(std::move(spec)),
              {},
              {},
              task_priority{50},
              start,
              attempts};
    x.is_running = is_running;
    return x;
  }

  void recover(recovered_task x) {
    specs_[x.task.spec->name] = x.task.spec;
    queue->recover(std::move(x), clock);
  }

  /// It lives on agent a.
  void adopt(const std::string& name, uint32_t number,
             live_attempt::state at = live_attempt::state::running) {
    if (!specs_.contains(name))
      specs_[name] = task(name).task.spec;
    queue->adopt(0, {specs_.at(name), number, at}, clock);
  }

  lines reported() {
    queue->recovered(clock);
    plan();
    return reports;
  }

  std::map<std::string, task_spec_ptr> specs_;
};

} // namespace

TEST_F(work_queue_recovery_test, what_waited_goes_on_waiting) {
  recover(task("x"));
  recover(task("y"));
  EXPECT_EQ(reported(), lines{});
  lend(0, 1);
  EXPECT_EQ(started(), lines{"x#1 on a"});
}

TEST_F(work_queue_recovery_test, what_lives_goes_on_in_its_slot) {
  recover(task("x", 1, true));
  recover(task("y"));
  lend(0, 1);
  adopt("x", 1);
  EXPECT_EQ(reported(), lines{});
  EXPECT_EQ(runs, lines{});
  EXPECT_EQ(queue->info().running, 1u);
  end("x");
  EXPECT_EQ(started(), lines{"y#1 on a"});
  EXPECT_EQ(reports, lines{"x#1 ended"});
}

TEST_F(work_queue_recovery_test, what_does_not_live_is_lost_and_tried_again) {
  recover(task("x", 1, true));
  lend(0, 1);
  EXPECT_EQ(reported(), lines{"x#1 lost"});
  EXPECT_EQ(runs, lines{"x#2 on a"});
}

TEST_F(work_queue_recovery_test, losses_before_it_count) {
  auto x = task("x", 11, true);
  x.losses = work_queue::losses_max;
  recover(x);
  EXPECT_EQ(reported(), lines{"x#11 ended"});
}

TEST_F(work_queue_recovery_test, failures_before_it_count) {
  auto x = task("x", 2, true);
  x.failures = 1;
  recover(x);
  lend(0, 1);
  adopt("x", 2);
  reported();
  fail("x", 2);
  plan();
  EXPECT_EQ(reports, lines{"x#2 ended"});
}

TEST_F(work_queue_recovery_test, a_start_nobody_heard_of_is_told) {
  recover(task("x"));
  lend(0, 1);
  adopt("x", 1);
  // The fixture compares it with what the manager is told.
  adopted.push_back(key_of("x"));
  reported();
  EXPECT_EQ(runs, lines{});
}

TEST_F(work_queue_recovery_test, what_has_ended_meanwhile_is_cancelled) {
  recover(task("y"));
  lend(0, 1);
  adopt("x", 1);
  EXPECT_EQ(reported(), lines{});
  EXPECT_EQ(stops, lines{"x#1 on a"});
  // Its slot is not free before it is gone.
  EXPECT_EQ(runs, lines{});
  end("x");
  EXPECT_EQ(started(), lines{"y#1 on a"});
}

TEST_F(work_queue_recovery_test, what_is_withdrawn_meanwhile_is_cancelled) {
  recover(task("x", 1, true));
  recover(task("y", 1, true));
  queue->withdraw(id_of("x"));
  queue->withdraw(id_of("y"));
  lend(0, 1);
  adopt("x", 1);
  EXPECT_EQ(reported(), lines{});
  EXPECT_EQ(stops, lines{"x#1 on a"});
}

TEST_F(work_queue_recovery_test, what_waits_for_children_has_no_slot) {
  recover(task("x", 1, true));
  recover(task("y"));
  lend(0, 1);
  adopt("x", 1, live_attempt::state::parked);
  reported();
  EXPECT_EQ(runs, lines{"y#1 on a"});
  EXPECT_EQ(queue->info().running, 1u);
}

TEST_F(work_queue_recovery_test, what_wants_its_slot_back_gets_one) {
  recover(task("x", 1, true));
  lend(0, 1);
  adopt("x", 1, live_attempt::state::unparking);
  EXPECT_EQ(reported(), lines{});
  EXPECT_EQ(runs, lines{"x#1 goes on on a"});
}

TEST_F(work_queue_recovery_test, a_backoff_goes_on) {
  auto x = task("x", 1);
  x.not_before = clock + 10s;
  recover(x);
  lend(0, 1);
  EXPECT_EQ(reported(), lines{});
  EXPECT_EQ(runs, lines{});
  EXPECT_EQ(queue->next_due(), clock + 10s);
  clock += 10s;
  EXPECT_EQ(started(), lines{"x#2 on a"});
}

TEST_F(work_queue_recovery_test, what_was_released_is_not_held_again) {
  configure({.auto_start = false});
  recover(task("tried", 1));
  recover(task("new"));
  lend(0, 2);
  reported();
  EXPECT_EQ(runs, lines{"tried#2 on a"});
}

TEST_F(work_queue_recovery_test, an_agent_that_leaves_meanwhile_has_nothing) {
  recover(task("x", 1, true));
  lend(0, 1);
  queue->agent_left(0, clock);
  EXPECT_EQ(reported(), lines{"x#1 lost"});
}

TEST_F(work_queue_recovery_test, what_lives_counts_with_its_key) {
  configure({.key_max = 1});
  for (auto* name : {"lives", "waits"}) {
    auto x = task(name, name == std::string{"lives"} ? 1 : 0,
                  name == std::string{"lives"});
    auto spec = *x.task.spec;
    spec.concurrency_key = "customer";
    x.task.spec = std::make_shared<const task_spec>(std::move(spec));
    recover(x);
  }
  lend(0, 2);
  adopt("lives", 1);
  reported();
  EXPECT_EQ(runs, lines{});
  end("lives");
  EXPECT_EQ(started(), lines{"waits#1 on a"});
}

TEST_F(work_queue_recovery_test, what_is_paused_stays_paused) {
  auto x = task("x");
  x.task.is_paused = true;
  recover(x);
  lend(0, 1);
  reported();
  EXPECT_EQ(runs, lines{});
  queue->resume_task(id_of("x"));
  EXPECT_EQ(started(), lines{"x#1 on a"});
}

TEST_F(work_queue_recovery_test, a_pause_is_told_the_attempt_that_lives) {
  auto x = task("x", 1, true);
  x.task.is_paused = true;
  x.pause = 7;
  recover(x);
  lend(0, 1);
  adopt("x", 1);
  queue->recovered(clock);
  queue->plan(clock);
  auto pauses = queue->take_actions().pauses;
  ASSERT_EQ(pauses.size(), 1u);
  EXPECT_EQ(pauses[0].key, key_of("x"));
  EXPECT_EQ(pauses[0].number, 7u);
}

TEST_F(work_queue_recovery_test, what_was_resumed_meanwhile_is_told_so) {
  auto x = task("x", 1, true);
  recover(x);
  lend(0, 1);
  live_attempt live{specs_.at("x"), 1};
  live.is_paused = true;
  queue->adopt(0, live, clock);
  queue->recovered(clock);
  queue->plan(clock);
  EXPECT_EQ(queue->take_actions().resumptions,
            (std::vector{std::pair{0u, key_of("x")}}));
}

TEST_F(work_queue_recovery_test, amounts_go_back_when_the_attempt_ends) {
  recover(task("x", 1, true));
  lend(0, 0);
  live_attempt live{specs_.at("x"), 1};
  live.lease = 3;
  queue->adopt(0, live, clock);
  queue->recovered(clock);
  queue->plan(clock);
  EXPECT_EQ(queue->take_actions().leases, std::vector<lease_return>{});
  EXPECT_EQ(queue->info().leased, 1u);
  end("x");
  queue->plan(clock);
  EXPECT_EQ(queue->take_actions().leases,
            (std::vector<lease_return>{{3, true}}));
  EXPECT_EQ(queue->info().leased, 0u);
}

// -- two of one task ----------------------------------------------------------

TEST_F(work_queue_recovery_test, of_two_that_live_the_last_one_goes_on) {
  for (auto first : {1u, 2u}) {
    queue = std::make_unique<work_queue>(queue_spec{.name = "line"});
    recover(task("x", 2, true));
    recover(task("y"));
    lend(0, 2);
    // The router has said that both have a slot.
    adopt("x", first);
    adopt("x", 3 - first);
    // The manager believes that the second runs.
    if (first == 1)
      adopted = {key_of("x", 1), key_of("x", 2)};
    reported();
    EXPECT_EQ(stops, lines{"x#1 on a"});
    EXPECT_EQ(runs, lines{"y#1 on a"});
    EXPECT_EQ(queue->info().running, 2u);
    end("x", 1);
    EXPECT_EQ(queue->info().running, 2u);
    end("x", 2);
    EXPECT_EQ(queue->info().running, 1u);
    orders.clear();
  }
}

TEST_F(work_queue_recovery_test, of_two_that_live_one_keeps_its_amounts) {
  for (auto first : {1u, 2u}) {
    queue = std::make_unique<work_queue>(queue_spec{.name = "line"});
    recover(task("x", 2, true));
    lend(0, 0);
    for (auto number : {first, 3 - first}) {
      live_attempt live{specs_.at("x"), number};
      live.lease = number;
      queue->adopt(0, live, clock);
    }
    queue->recovered(clock);
    queue->plan(clock);
    EXPECT_EQ(queue->take_actions().leases,
              (std::vector<lease_return>{{1, true}}));
    EXPECT_EQ(queue->info().leased, 1u);
    EXPECT_EQ(queue->info().running, 1u);
    end("x", 2);
    queue->plan(clock);
    EXPECT_EQ(queue->take_actions().leases,
              (std::vector<lease_return>{{2, true}}));
  }
}

TEST_F(work_queue_recovery_test, of_two_that_live_one_may_wait_for_its_slot) {
  recover(task("x", 2, true));
  lend(0, 1);
  adopt("x", 1, live_attempt::state::unparking);
  adopt("x", 2);
  adopted = {key_of("x", 1), key_of("x", 2)};
  reported();
  EXPECT_EQ(stops, lines{"x#1 on a"});
  EXPECT_EQ(runs, lines{});
  EXPECT_EQ(queue->info().running, 1u);
  EXPECT_EQ(queue->info().ready, 0u);
}

TEST_F(work_queue_recovery_test, says_what_is_missing_so_long) {
  recover(task("x", 1, true));
  EXPECT_EQ(explained("x"), "runs, and queue 'line' is being started again");
}

} // namespace troupe::core
