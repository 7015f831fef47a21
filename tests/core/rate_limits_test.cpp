#include "core/rate_limits.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

using lines = std::vector<std::string>;

/// Tasks go by their names.
class rate_limits_test : public ::testing::Test {
protected:
  rate_limit& add(std::string name, limit_scope scope, token_rate rate,
                  rate_policy policy = rate_policy::refuse) {
    auto& x = options.limits.emplace_back();
    x.name = std::move(name);
    x.scope = scope;
    x.rate = rate;
    x.when_exceeded = policy;
    return x;
  }

  task_spec make(const std::string& name, std::string capability = "fetch",
                 task_priority priority = normal) {
    task_spec x;
    x.id = ids_.try_emplace(name, task_id{1, ids_.size() + 1}).first->second;
    x.name = name;
    x.capabilities = {std::move(capability)};
    x.priority = priority;
    return x;
  }

  rate_limits& use() {
    if (!limits_) {
      EXPECT_TRUE(check(options));
      limits_ = std::make_unique<rate_limits>(options);
    }
    return *limits_;
  }

  result<rate_limits::ticket> admit(const std::vector<task_spec>& specs) {
    std::vector<task_spec_ptr> shared;
    for (auto& x : specs)
      shared.push_back(std::make_shared<const task_spec>(x));
    return use().admit(shared, now);
  }

  /// `passes`, `waits`, or the code of the refusal.
  std::string submit(const std::vector<task_spec>& specs) {
    auto admitted = admit(specs);
    if (!admitted) {
      last_refusal = admitted.error();
      return std::string{to_string(admitted.error().code)};
    }
    return *admitted == 0 ? "passes" : "waits";
  }

  std::string submit(const std::string& name) {
    return submit({make(name)});
  }

  static lines names_of(const std::vector<rate_limits::released>& all) {
    lines names;
    for (auto& x : all)
      for (auto& spec : x.specs)
        names.push_back(spec->name);
    return names;
  }

  lines released() {
    return names_of(use().release(now));
  }

  /// Each as `<name>@<milliseconds from now>`, until none waits.
  lines released_in_time() {
    lines result;
    auto from = now;
    while (use().next() != never) {
      now = std::max(now, use().next());
      auto at = std::chrono::round<std::chrono::milliseconds>(now - from);
      for (auto& name : released())
        result.push_back(name + '@' + std::to_string(at.count()));
    }
    return result;
  }

  rate_limit_options options;
  time_point now{1'700'000'000s};
  error last_refusal;

private:
  std::unique_ptr<rate_limits> limits_;
  std::map<std::string, task_id> ids_;
};

} // namespace

// -- refusing -----------------------------------------------------------------

TEST_F(rate_limits_test, lets_pass_what_no_limit_is_for) {
  add("mine", limit_scope::owner, {1, 1s, 1});
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(submit("t"), "passes");
}

TEST_F(rate_limits_test, refuses_what_is_too_much_and_says_when_to_come_back) {
  add("api", limit_scope::all, {2, 1s, 2});
  EXPECT_EQ(submit("a"), "passes");
  EXPECT_EQ(submit("b"), "passes");
  now += 100ms;
  EXPECT_EQ(submit("c"), "rate_limited");
  EXPECT_EQ(last_refusal.message,
            "limit 'api' (2 per 1s, 2 at once) has no room for 1 more; submit "
            "again in 400ms");
  EXPECT_EQ(last_refusal.retry_after, 400ms);
  EXPECT_FALSE(last_refusal.is_permanent);
  now += last_refusal.retry_after;
  EXPECT_EQ(submit("c"), "passes");
  EXPECT_EQ(submit("d"), "rate_limited");
}

TEST_F(rate_limits_test, counts_each_key_for_itself) {
  add("each", limit_scope::capability, {1, 1s, 1});
  EXPECT_EQ(submit({make("a", "fetch")}), "passes");
  EXPECT_EQ(submit({make("b", "parse")}), "passes");
  EXPECT_EQ(submit({make("c", "fetch")}), "rate_limited");
  EXPECT_EQ(submit({make("d", "print")}), "passes");
}

TEST_F(rate_limits_test, counts_only_the_key_it_is_for) {
  add("fetching", limit_scope::capability, {1, 1s, 1}).only = "fetch";
  EXPECT_EQ(submit({make("a", "fetch")}), "passes");
  EXPECT_EQ(submit({make("b", "fetch")}), "rate_limited");
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(submit({make("c", "parse")}), "passes");
}

TEST_F(rate_limits_test, takes_a_token_for_each_task_or_none) {
  add("api", limit_scope::all, {1, 1s, 5});
  EXPECT_EQ(submit({make("a"), make("b"), make("c")}), "passes");
  EXPECT_EQ(submit({make("d"), make("e"), make("f")}), "rate_limited");
  EXPECT_EQ(last_refusal.retry_after, 1s);
  EXPECT_EQ(submit({make("g"), make("h")}), "passes");
}

TEST_F(rate_limits_test, needs_tokens_of_every_limit) {
  add("total", limit_scope::all, {1, 10s, 3});
  add("each", limit_scope::capability, {1, 20s, 1});
  EXPECT_EQ(submit({make("a", "fetch")}), "passes");
  EXPECT_EQ(submit({make("b", "fetch")}), "rate_limited");
  EXPECT_EQ(submit({make("c", "parse")}), "passes");
  // What was refused by one limit has taken nothing from the other.
  EXPECT_EQ(submit({make("d", "print")}), "passes");
  EXPECT_EQ(submit({make("e", "fetch")}), "rate_limited");
  // The one that takes longest decides.
  EXPECT_EQ(last_refusal.retry_after, 20s);
  EXPECT_EQ(submit({make("f", "count")}), "rate_limited");
  EXPECT_EQ(last_refusal.retry_after, 10s);
}

TEST_F(rate_limits_test, says_at_once_what_can_never_pass) {
  add("api", limit_scope::all, {1, 1s, 2}, rate_policy::wait);
  EXPECT_EQ(submit({make("a"), make("b"), make("c")}), "rate_limited");
  EXPECT_TRUE(last_refusal.is_permanent);
  EXPECT_EQ(last_refusal.message,
            "limit 'api' (1 per 1s, 2 at once) never lets 3 tasks pass at "
            "once; submit them in parts, or give it a larger burst");
}

// -- waiting ------------------------------------------------------------------

TEST_F(rate_limits_test, lets_those_that_wait_pass_in_their_order) {
  add("api", limit_scope::all, {10, 1s, 1}, rate_policy::wait);
  EXPECT_EQ(use().next(), never);
  EXPECT_EQ(submit("a"), "passes");
  for (auto name : {"b", "c", "d"})
    EXPECT_EQ(submit(name), "waits");
  EXPECT_EQ(use().next(), now + 100ms);
  EXPECT_EQ(released(), lines{});
  EXPECT_EQ(released_in_time(), (lines{"b@100", "c@200", "d@300"}));
  EXPECT_EQ(use().next(), never);
}

TEST_F(rate_limits_test, lets_the_most_urgent_pass_first) {
  add("api", limit_scope::all, {10, 1s, 1}, rate_policy::wait);
  submit("first");
  submit({make("low", "fetch", low)});
  submit({make("normal 1")});
  submit({make("high", "fetch", high)});
  submit({make("normal 2")});
  EXPECT_EQ(released_in_time(),
            (lines{"high@100", "normal 1@200", "normal 2@300", "low@400"}));
}

TEST_F(rate_limits_test, takes_several_for_as_urgent_as_the_most_urgent) {
  add("api", limit_scope::all, {10, 1s, 2}, rate_policy::wait);
  submit({make("x"), make("y")});
  submit("normal");
  submit({make("a", "fetch", low), make("b", "fetch", critical)});
  EXPECT_EQ(released_in_time(), (lines{"a@200", "b@200", "normal@300"}));
}

TEST_F(rate_limits_test, is_not_overtaken_by_what_comes_later) {
  add("api", limit_scope::all, {10, 1s, 2}, rate_policy::wait);
  submit({make("x"), make("y")});
  submit({make("a"), make("b")});
  now += 100ms;
  // There is a token, but others wait for two of them.
  EXPECT_EQ(submit("late"), "waits");
  EXPECT_EQ(submit({make("urgent", "fetch", high)}), "passes");
  EXPECT_EQ(released_in_time(), (lines{"a@200", "b@200", "late@300"}));
}

TEST_F(rate_limits_test, does_not_hold_up_those_with_other_keys) {
  add("each", limit_scope::capability, {1, 1s, 1}, rate_policy::wait);
  add("total", limit_scope::all, {1, 1ms, 10}, rate_policy::wait);
  submit({make("a", "fetch")});
  EXPECT_EQ(submit({make("b", "fetch")}), "waits");
  EXPECT_EQ(submit({make("c", "parse")}), "passes");
  EXPECT_EQ(released_in_time(), lines{"b@1000"});
}

TEST_F(rate_limits_test, waits_for_one_limit_after_the_other) {
  add("each", limit_scope::capability, {1, 100ms, 1}, rate_policy::wait);
  add("total", limit_scope::all, {1, 250ms, 2}, rate_policy::wait);
  submit({make("a", "fetch")});
  submit({make("b", "parse")});
  EXPECT_EQ(submit({make("c", "fetch")}), "waits");
  EXPECT_EQ(submit({make("d", "parse", high)}), "waits");
  EXPECT_EQ(released_in_time(), (lines{"d@250", "c@500"}));
}

TEST_F(rate_limits_test, does_not_refuse_what_waits) {
  add("each", limit_scope::capability, {1, 100ms, 1}, rate_policy::wait);
  add("total", limit_scope::all, {1, 1s, 2});
  submit({make("a", "fetch")});
  EXPECT_EQ(submit({make("b", "fetch")}), "waits");
  EXPECT_EQ(submit({make("c", "parse")}), "passes");
  EXPECT_EQ(submit({make("d", "print")}), "rate_limited");
  EXPECT_EQ(released_in_time(), lines{"b@1000"});
}

TEST_F(rate_limits_test, refuses_what_is_more_than_may_wait) {
  add("api", limit_scope::all, {10, 1s, 2}, rate_policy::wait).waiting_max = 2;
  submit({make("x"), make("y")});
  EXPECT_EQ(submit("a"), "waits");
  EXPECT_EQ(submit({make("b"), make("c")}), "rate_limited");
  EXPECT_EQ(last_refusal.message,
            "limit 'api' (10 per 1s, 2 at once) has no room for 2 more; "
            "submit again in 200ms; 1 of 2 tasks are waiting already");
  EXPECT_EQ(submit("d"), "waits");
  EXPECT_EQ(submit("e"), "rate_limited");
  EXPECT_EQ(last_refusal.retry_after, 100ms);
  now += 100ms;
  EXPECT_EQ(released(), lines{"a"});
  EXPECT_EQ(submit("e"), "waits");
}

TEST_F(rate_limits_test, makes_a_task_wait_for_those_it_needs) {
  add("fetching", limit_scope::capability, {1, 1s, 1}, rate_policy::wait).only
    = "fetch";
  submit("x");
  auto first = make("first");
  auto second = make("second", "parse", high);
  second.dependencies.push_back({first.id});
  auto child = make("child", "parse");
  child.parent = second.id;
  auto both = make("both");
  both.dependencies = {{first.id}, {child.id}};
  EXPECT_EQ(submit({first}), "waits");
  EXPECT_EQ(submit({second}), "waits");
  EXPECT_EQ(submit({child}), "waits");
  EXPECT_EQ(submit({both}), "waits");
  EXPECT_EQ(released_in_time(),
            (lines{"first@1000", "second@1000", "child@1000", "both@2000"}));
}

TEST_F(rate_limits_test, counts_what_waits_for_others_against_the_bound) {
  add("fetching", limit_scope::capability, {1, 1s, 1}, rate_policy::wait)
    .waiting_max
    = 2;
  submit("x");
  auto first = make("first");
  submit({first});
  auto after = [&](const std::string& name) {
    auto next = make(name, "parse");
    next.dependencies.push_back({first.id});
    return submit({next});
  };
  EXPECT_EQ(after("a"), "waits");
  EXPECT_EQ(after("b"), "rate_limited");
  EXPECT_EQ(last_refusal.message,
            "limit 'fetching' keeps a task back that this submission needs; "
            "2 of 2 tasks are waiting already");
  EXPECT_EQ(last_refusal.retry_after, 1s);
}

TEST_F(rate_limits_test, shares_tokens_out_among_those_that_needed_the_same) {
  add("api", limit_scope::all, {1, 1s, 1}, rate_policy::wait);
  submit("x");
  auto first = make("first");
  submit({first});
  for (auto name : {"a", "b"}) {
    auto next = make(name);
    next.dependencies.push_back({first.id});
    submit({next});
  }
  EXPECT_EQ(released_in_time(), (lines{"first@1000", "a@2000", "b@3000"}));
}

TEST_F(rate_limits_test, gives_up_all_that_wait_in_the_order_they_came) {
  add("api", limit_scope::all, {1, 1s, 1}, rate_policy::wait);
  submit("x");
  submit({make("a", "fetch", low)});
  submit({make("b", "fetch", high)});
  EXPECT_EQ(names_of(use().release_all()), (lines{"a", "b"}));
  EXPECT_EQ(use().next(), never);
  EXPECT_TRUE(use().list(now).empty());
}

// -- buckets ------------------------------------------------------------------

TEST_F(rate_limits_test, shows_the_buckets_in_use) {
  add("each", limit_scope::capability, {1, 1s, 2}, rate_policy::wait);
  add("total", limit_scope::all, {1, 1ms, 5});
  submit({make("a", "parse")});
  submit({make("b", "fetch"), make("c", "fetch")});
  submit({make("d", "fetch"), make("e", "fetch")});
  auto all = use().list(now);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].limit, "each");
  EXPECT_EQ(all[0].key, "fetch");
  EXPECT_EQ(all[0].tokens, 0u);
  EXPECT_EQ(all[0].waiting, 2u);
  EXPECT_EQ(all[0].next, now + 2s);
  EXPECT_EQ(all[1].key, "parse");
  EXPECT_EQ(all[1].tokens, 1u);
  EXPECT_EQ(all[1].waiting, 0u);
  EXPECT_EQ(all[1].next, never);
  EXPECT_EQ(all[2].limit, "total");
  EXPECT_EQ(all[2].key, "all");
  EXPECT_EQ(all[2].tokens, 2u);
  // Full buckets are of no interest.
  now += 1s;
  EXPECT_EQ(use().list(now).size(), 2u);
}

TEST_F(rate_limits_test, has_room_for_new_keys_when_old_ones_are_idle) {
  options.keys_max = 3;
  add("each", limit_scope::capability, {1, 1s, 1});
  for (auto key : {"a", "b", "c"})
    EXPECT_EQ(submit({make(key, key)}), "passes");
  now += 400ms;
  EXPECT_EQ(submit({make("d", "d")}), "rate_limited");
  EXPECT_EQ(last_refusal.message,
            "limit 'each' (1 per 1s, 1 at once, for capability 'd') cannot be "
            "counted: 3 keys are in use, which is all there may be (keys_max)");
  EXPECT_EQ(last_refusal.retry_after, 600ms);
  now += last_refusal.retry_after;
  EXPECT_EQ(submit({make("d", "d")}), "passes");
}

TEST_F(rate_limits_test, keeps_buckets_that_are_waited_for) {
  options.keys_max = 2;
  add("each", limit_scope::capability, {1, 1s, 1}, rate_policy::wait);
  add("total", limit_scope::all, {1, 1h, 1}, rate_policy::wait);
  submit({make("a", "fetch")});
  EXPECT_EQ(submit({make("b", "fetch")}), "waits");
  now += 10min;
  // `fetch` has a token for `b`, which waits for the other limit.
  EXPECT_EQ(released(), lines{});
  EXPECT_EQ(submit({make("c", "parse")}), "rate_limited");
  now += 50min;
  EXPECT_EQ(released(), lines{"b"});
}

TEST_F(rate_limits_test, does_not_grow_with_keys_that_come_and_go) {
  options.keys_max = 100;
  add("each", limit_scope::capability, {1, 1s, 1});
  for (int i = 0; i < 10'000; ++i) {
    auto key = std::to_string(i);
    ASSERT_EQ(submit({make("t", key)}), "passes") << last_refusal.message;
    now += 11ms;
    ASSERT_LE(use().list(now).size(), 91u);
  }
}

} // namespace troupe::core
