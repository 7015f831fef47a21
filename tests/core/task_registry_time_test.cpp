// Retries and time limits, as the registry sees them.

#include "core/task_registry.hpp"
#include "tests/core/registry_fixture.hpp"

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

class task_registry_time_test : public registry_fixture {
protected:
  void retry(const std::string& name, uint32_t number) {
    attempt_retry x;
    x.failed.key = {id_of(name), number};
    x.failed.finished = now;
    x.failed.failure = {ec::handler_failed, "no luck"};
    x.at = now + 5s;
    registry->retried(std::move(x));
  }

  void add_limited(const std::string& name, duration waiting, duration total,
                   std::vector<dependency> needs = {}) {
    auto spec = make(name, std::move(needs));
    spec.limits.waiting = waiting;
    spec.limits.total = total;
    EXPECT_EQ(submitted({std::move(spec)}), "accepted");
  }

  void pass(duration time) {
    now += time;
    registry->expire(now);
  }
};

} // namespace

// -- retries ------------------------------------------------------------------

TEST_F(task_registry_time_test, a_failed_attempt_makes_the_task_wait_again) {
  add("x");
  start("x");
  EXPECT_TRUE(registry->progress({id_of("x"), 1}, 40, "", now));
  events();
  retry("x", 1);
  auto record = get("x");
  EXPECT_EQ(record.status, task_status::pending);
  EXPECT_EQ(record.reason, pending_reason::backoff);
  EXPECT_EQ(record.progress, 0);
  EXPECT_EQ(last_event().text, "handler_failed: no luck");
  EXPECT_EQ(events(), lines{"retrying x"});
  EXPECT_EQ(registry->stats().pending, 1u);
  // Its queue still has it.
  EXPECT_EQ(withdrawn(), lines{});
}

TEST_F(task_registry_time_test, the_next_attempt_decides) {
  add("x");
  start("x");
  retry("x", 1);
  start("x", 2, 1);
  end("x", payload{{"n", 1}}, {}, 2);
  auto record = get("x");
  EXPECT_EQ(record.status, task_status::completed);
  EXPECT_EQ(record.attempt, 2u);
  EXPECT_EQ(record.agent, "b");
  EXPECT_FALSE(record.failure);
  auto failed = std::ranges::find(record.history, history_kind::attempt_failed,
                                  &history_entry::kind);
  ASSERT_NE(failed, record.history.end());
  EXPECT_EQ(failed->attempt, 1u);
  EXPECT_EQ(failed->detail, "handler_failed: no luck");
}

TEST_F(task_registry_time_test, what_is_not_current_is_dropped) {
  add("x");
  retry("x", 1);
  start("x");
  retry("x", 2);
  EXPECT_EQ(get("x").status, task_status::running);
  retry("x", 1);
  end("x", {}, {}, 1);
  EXPECT_EQ(get("x").status, task_status::pending);
  EXPECT_EQ(registry->stats().outcomes_dropped, 3u);
}

TEST_F(task_registry_time_test, what_waits_for_a_retry_can_be_cancelled) {
  add("x");
  start("x");
  retry("x", 1);
  EXPECT_EQ(cancelled("x"), "done");
  EXPECT_EQ(withdrawn(), lines{"x"});
}

TEST_F(task_registry_time_test, dependents_wait_for_the_last_attempt) {
  add("x");
  add("y", {on("x")});
  start("x");
  enqueued();
  retry("x", 1);
  EXPECT_EQ(enqueued(), lines{});
  start("x", 2);
  end("x", {}, {}, 2);
  EXPECT_EQ(enqueued(), lines{"y"});
}

// -- limits -------------------------------------------------------------------

TEST_F(task_registry_time_test, ends_what_is_not_started_in_time) {
  add_limited("x", 10s, 0s);
  EXPECT_EQ(registry->next_deadline(), now + 10s);
  pass(9s);
  EXPECT_EQ(get("x").status, task_status::pending);
  pass(1s);
  EXPECT_EQ(end_of("x"),
            "failed (timeout: was not started within 10s of being ready)");
  EXPECT_EQ(withdrawn(), lines{"x"});
  EXPECT_EQ(registry->next_deadline(), never);
}

TEST_F(task_registry_time_test, waiting_counts_from_being_ready) {
  add("x");
  add_limited("y", 10s, 0s, {on("x")});
  pass(1h);
  complete("x");
  EXPECT_EQ(registry->next_deadline(), now + 10s);
  pass(9s);
  start("y");
  pass(1h);
  EXPECT_EQ(get("y").status, task_status::running);
}

TEST_F(task_registry_time_test, ends_what_lasts_too_long_with_all_attempts) {
  add_limited("x", 0s, 1min);
  start("x");
  retry("x", 1);
  start("x", 2);
  pass(1min);
  EXPECT_EQ(end_of("x"),
            "failed (timeout: did not end within 1m of its submission)");
  EXPECT_EQ(withdrawn(), lines{"x"});
  end("x", {}, {}, 2);
  EXPECT_EQ(registry->stats().outcomes_dropped, 1u);
}

TEST_F(task_registry_time_test, limits_also_meet_what_is_blocked) {
  add("x");
  add_limited("y", 0s, 1min, {on("x")});
  pass(1min);
  EXPECT_EQ(get("y").status, task_status::failed);
  EXPECT_EQ(withdrawn(), lines{});
  complete("x");
  EXPECT_EQ(enqueued(), lines{"x"});
}

TEST_F(task_registry_time_test, what_has_ended_has_no_deadline) {
  add_limited("x", 1min, 1h);
  complete("x");
  EXPECT_EQ(registry->next_deadline(), never);
  pass(2h);
  EXPECT_EQ(get("x").status, task_status::completed);
}

} // namespace troupe::core
