// Queues that start only so many attempts in a time.

#include "tests/core/work_queue_fixture.hpp"

#include <rapidcheck.h>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

class work_queue_rate_test : public work_queue_fixture {
protected:
  void limit(token_rate rate, rate_scope by = rate_scope::queue) {
    configure(
      {.max_concurrent = 0, .rate = dispatch_rate{rate, by}, .key_max = 0});
  }

  void add(const std::string& name, const std::string& key = {},
           int32_t priority = 50) {
    enqueue(name, {.priority = priority, .concurrency_key = key});
  }

  lines started_at(time_point when) {
    clock = when;
    return started();
  }
};

} // namespace

TEST_F(work_queue_rate_test, starts_a_burst_and_then_one_after_the_other) {
  limit({10, 1s, 2});
  for (auto* name : {"w", "x", "y", "z"})
    add(name);
  lend(0, 2);
  EXPECT_EQ(started(), (lines{"w#1 on a", "x#1 on a"}));
  EXPECT_EQ(wants, lines{}) << "no slot is of use now";
  EXPECT_EQ(queue->next_due(), start + 100ms);
  EXPECT_EQ(explained("y"), "queue 'line' starts no more than 10 per 1s, at "
                            "most 2 at once; the next one is due in 100ms");
  plan();
  EXPECT_EQ(started_at(start + 100ms), lines{});
  EXPECT_EQ(wants, lines{"1 of [scan] at 50"});
  lend(0, 1);
  EXPECT_EQ(started(), lines{"y#1 on a"});
  EXPECT_EQ(queue->next_due(), start + 200ms);
}

TEST_F(work_queue_rate_test, the_most_urgent_gets_the_next_token) {
  limit({1, 1s, 1});
  add("w");
  add("x");
  lend(0, 4);
  EXPECT_EQ(started(), lines{"w#1 on a"});
  add("y", {}, 90);
  lend(0, 4);
  EXPECT_EQ(started(), lines{});
  clock += 1s;
  plan();
  lend(0, 4);
  EXPECT_EQ(started(), lines{"y#1 on a"});
}

TEST_F(work_queue_rate_test, has_nothing_due_when_nothing_waits) {
  limit({1, 1s, 1});
  add("x");
  lend(0, 1);
  EXPECT_EQ(started(), lines{"x#1 on a"});
  EXPECT_EQ(queue->next_due(), never);
}

TEST_F(work_queue_rate_test, what_goes_on_needs_no_token) {
  limit({1, 1s, 1});
  add("x");
  lend(0, 1);
  EXPECT_EQ(started(), lines{"x#1 on a"});
  queue->parked(key_of("x"));
  plan();
  queue->unparked(key_of("x"));
  add("y");
  EXPECT_EQ(started(), lines{"x#1 goes on on a"});
}

TEST_F(work_queue_rate_test, each_key_has_a_rate_of_its_own) {
  limit({1, 1s, 1}, rate_scope::key);
  add("u", "k");
  add("v", "k");
  add("w", "l", 10);
  add("x", "", 10);
  add("y", "", 10);
  lend(0, 8);
  EXPECT_EQ(started(), (lines{"u#1 on a", "w#1 on a", "x#1 on a", "y#1 on a"}));
  EXPECT_EQ(queue->next_due(), start + 1s);
  clock += 400ms;
  plan();
  EXPECT_EQ(explained("v"),
            "queue 'line' starts no more than 1 per 1s with the "
            "concurrency key 'k'; the next one is due in "
            "600ms");
  lend(0, 1);
  EXPECT_EQ(started_at(start + 1s), lines{"v#1 on a"});
}

TEST_F(work_queue_rate_test, a_key_that_is_gone_keeps_its_rate) {
  limit({1, 1s, 1}, rate_scope::key);
  add("x", "k");
  lend(0, 2);
  EXPECT_EQ(started(), lines{"x#1 on a"});
  end("x");
  plan();
  add("y", "k");
  EXPECT_EQ(started(), lines{});
  EXPECT_EQ(started_at(start + 1s), lines{"y#1 on a"});
}

// With whatever comes whenever: no more than the bucket has, none later than it
// could be, and the most urgent first.
TEST_F(work_queue_rate_test, starts_what_it_may_and_no_more) {
  EXPECT_TRUE(rc::check([this] {
    token_rate rate{*rc::gen::inRange<uint64_t>(1, 20), 1s,
                    *rc::gen::inRange<uint64_t>(1, 5)};
    limit(rate);
    clock = start;
    token_bucket bucket{rate};
    std::map<std::string, int32_t> waiting;
    int number = 0;
    for (auto steps = *rc::gen::inRange(1, 60); steps > 0; --steps) {
      if (*rc::gen::arbitrary<bool>()) {
        auto name = std::to_string(++number);
        auto priority = *rc::gen::element(0, 50, 100);
        add(name, {}, priority);
        waiting.emplace(name, priority);
      } else if (auto due = queue->next_due();
                 due != never && *rc::gen::arbitrary<bool>()) {
        clock = due;
      } else {
        clock += *rc::gen::inRange(0, 300) * 1ms;
      }
      // The queue gets whatever it wants.
      auto most = bucket.available(clock);
      auto begun = started();
      lend(0, 8);
      plan();
      begun.insert(begun.end(), runs.begin(), runs.end());
      RC_ASSERT(begun.size() == std::min<size_t>(most, waiting.size()));
      bucket.take(begun.size(), clock);
      for (auto& x : begun) {
        auto name = x.substr(0, x.find('#'));
        auto priority = waiting.at(name);
        waiting.erase(name);
        for (auto& [other, left] : waiting)
          RC_ASSERT(left <= priority);
        end(name);
      }
      plan();
      if (!waiting.empty())
        RC_ASSERT(queue->next_due() == bucket.when(1, clock)
                  || bucket.available(clock) > 0);
    }
  }));
}

} // namespace troupe::core
