// Tasks with concurrency keys.

#include "tests/core/work_queue_fixture.hpp"

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

class work_queue_keys_test : public work_queue_fixture {
protected:
  void add(const std::string& name, const std::string& key,
           int32_t priority = 50) {
    enqueue(name, {.priority = priority, .concurrency_key = key});
  }
};

} // namespace

TEST_F(work_queue_keys_test, one_of_a_key_runs_and_the_next_waits) {
  add("x", "k");
  add("y", "k");
  add("z", "");
  lend(0, 3);
  EXPECT_EQ(started(), (lines{"x#1 on a", "z#1 on a"}));
  EXPECT_EQ(queue->info().ready, 1u);
  EXPECT_EQ(explained("y"), "waits for its concurrency key 'k': 1 of 1 tasks "
                            "with it run in queue 'line'");
  end("x");
  EXPECT_EQ(started(), lines{"y#1 on a"});
}

TEST_F(work_queue_keys_test, does_not_hold_up_less_urgent_ones) {
  add("x", "k", 90);
  add("y", "k", 90);
  add("z", "l", 10);
  lend(0, 1);
  EXPECT_EQ(started(), lines{"x#1 on a"});
  lend(0, 1);
  EXPECT_EQ(started(), lines{"z#1 on a"});
}

TEST_F(work_queue_keys_test, the_most_urgent_of_a_key_goes_first) {
  add("x", "k", 10);
  add("y", "k", 90);
  add("z", "k", 50);
  EXPECT_EQ(explained("x"),
            "waits for its concurrency key 'k': others with it come first in "
            "queue 'line'");
  lend(0, 1);
  EXPECT_EQ(started(), lines{"y#1 on a"});
  queue->set_priority(id_of("x"), 60);
  end("y");
  EXPECT_EQ(started(), lines{"x#1 on a"});
}

TEST_F(work_queue_keys_test, keeps_its_age_while_the_key_is_full) {
  add("x", "k");
  add("y", "k");
  add("z", "");
  lend(0, 1);
  EXPECT_EQ(started(), lines{"x#1 on a"});
  end("x");
  EXPECT_EQ(started(), lines{"y#1 on a"}) << "it is older than z";
}

TEST_F(work_queue_keys_test, wants_slots_only_for_what_may_run) {
  configure({.key_max = 2});
  for (auto* name : {"x", "y", "z"})
    add(name, "k");
  plan();
  EXPECT_EQ(wants, lines{"2 of [scan] at 50"});
}

TEST_F(work_queue_keys_test, another_agent_may_take_another_of_the_key) {
  enqueue("x",
          {.priority = 90, .capabilities = {"print"}, .concurrency_key = "k"});
  add("y", "k");
  lend(0, 1);
  EXPECT_EQ(started(), lines{"y#1 on a"}) << "nobody is there for x";
  lend(1, 1, {"print"});
  EXPECT_EQ(started(), lines{});
  end("y");
  lend(1, 1, {"print"});
  EXPECT_EQ(started(), lines{"x#1 on b"});
}

TEST_F(work_queue_keys_test, holds_the_key_while_it_waits_for_children) {
  add("x", "k");
  add("y", "k");
  lend(0, 2);
  EXPECT_EQ(started(), lines{"x#1 on a"});
  queue->parked(key_of("x"));
  EXPECT_EQ(started(), lines{});
  queue->unparked(key_of("x"));
  lend(0, 1);
  EXPECT_EQ(started(), lines{"x#1 goes on on a"});
  end("x");
  EXPECT_EQ(started(), lines{"y#1 on a"});
}

TEST_F(work_queue_keys_test, gives_the_key_back_for_the_time_of_its_backoff) {
  enqueue("x", {.concurrency_key = "k",
                .retry = {
                  .max_retries = 1, .jitter = jitter_kind::none, .base = 30s}});
  add("y", "k");
  lend(0, 1);
  EXPECT_EQ(started(), lines{"x#1 on a"});
  fail("x");
  EXPECT_EQ(started(), lines{"y#1 on a"});
  clock += 30s;
  lend(0, 1);
  EXPECT_EQ(started(), lines{});
  end("y");
  EXPECT_EQ(started(), lines{"x#2 on a"});
}

TEST_F(work_queue_keys_test, a_cancelled_attempt_holds_the_key_to_its_end) {
  add("x", "k");
  add("y", "k");
  add("z", "k");
  lend(0, 2);
  EXPECT_EQ(started(), lines{"x#1 on a"});
  queue->withdraw(id_of("x"));
  queue->withdraw(id_of("y"));
  EXPECT_EQ(started(), lines{});
  end("x");
  EXPECT_EQ(started(), lines{"z#1 on a"});
}

TEST_F(work_queue_keys_test, a_lost_attempt_gives_the_key_back) {
  add("x", "k", 10);
  lend(0, 1);
  EXPECT_EQ(started(), lines{"x#1 on a"});
  add("y", "k", 90);
  queue->agent_left(0, clock);
  lend(1, 1);
  EXPECT_EQ(started(), lines{"y#1 on b"});
}

TEST_F(work_queue_keys_test, keys_mean_nothing_without_a_bound) {
  configure({.key_max = 0});
  add("x", "k");
  add("y", "k");
  lend(0, 2);
  EXPECT_EQ(started(), (lines{"x#1 on a", "y#1 on a"}));
}

} // namespace troupe::core
