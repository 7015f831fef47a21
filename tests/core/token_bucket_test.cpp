#include "core/token_bucket.hpp"

#include "core/validate.hpp"
#include "tests/core/start.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

using list = std::vector<std::string>;

token_rate some_rate() {
  token_rate x;
  x.tokens = *rc::gen::inRange<uint64_t>(1, 20);
  x.per = duration{*rc::gen::inRange<int64_t>(1, 40)};
  x.burst = *rc::gen::inRange<uint64_t>(1, 12);
  return x;
}

} // namespace

TEST(token_bucket_test, lets_a_burst_pass_at_once_and_no_more) {
  token_bucket x{{.tokens = 10, .per = 1s, .burst = 3}};
  EXPECT_TRUE(x.take(2, start));
  EXPECT_EQ(x.available(start), 1u);
  EXPECT_FALSE(x.take(2, start));
  EXPECT_TRUE(x.take(1, start));
  EXPECT_FALSE(x.take(1, start));
}

TEST(token_bucket_test, takes_nothing_when_it_refuses) {
  token_bucket x{{.tokens = 1, .per = 1s, .burst = 3}};
  EXPECT_TRUE(x.take(1, start));
  EXPECT_FALSE(x.take(3, start));
  EXPECT_EQ(x.available(start), 2u);
}

TEST(token_bucket_test, fills_evenly_and_not_beyond_the_burst) {
  token_bucket x{{.tokens = 10, .per = 1s, .burst = 3}};
  x.take(3, start);
  EXPECT_EQ(x.available(start + 99ms), 0u);
  EXPECT_EQ(x.available(start + 100ms), 1u);
  EXPECT_EQ(x.available(start + 299ms), 2u);
  EXPECT_FALSE(x.is_full(start + 299ms));
  EXPECT_EQ(x.available(start + 300ms), 3u);
  EXPECT_TRUE(x.is_full(start + 300ms));
  EXPECT_EQ(x.available(start + 1h), 3u);
}

TEST(token_bucket_test, says_when_to_the_nanosecond) {
  token_bucket x{{.tokens = 3, .per = 1s, .burst = 2}};
  EXPECT_EQ(x.when(2, start), start);
  x.take(2, start);
  EXPECT_EQ(x.when(1, start), start + 333'333'334ns);
  EXPECT_FALSE(x.take(1, start + 333'333'333ns));
  EXPECT_TRUE(x.take(1, start + 333'333'334ns));
}

TEST(token_bucket_test, never_lets_more_pass_than_it_can_hold) {
  token_bucket x{{.tokens = 10, .per = 1s, .burst = 3}};
  EXPECT_EQ(x.when(4, start), never);
  EXPECT_FALSE(x.take(4, start + 1h));
  EXPECT_EQ(x.available(start + 1h), 3u);
}

TEST(token_bucket_test, does_not_drift) {
  token_bucket x{{.tokens = 7, .per = 1s, .burst = 2}};
  x.take(2, start);
  auto now = start;
  for (int i = 0; i < 70'000; ++i) {
    now = x.when(1, now);
    ASSERT_TRUE(x.take(1, now));
  }
  // Each is at most a nanosecond late, and the delays do not add up.
  EXPECT_EQ(now, start + 10'000s);
}

TEST(token_bucket_test, bears_the_fastest_rate_there_is) {
  token_bucket x{{.tokens = tokens_max, .per = 1s, .burst = tokens_max}};
  EXPECT_TRUE(x.take(tokens_max, start));
  EXPECT_EQ(x.when(1, start), start + 1ns);
  EXPECT_EQ(x.when(tokens_max, start), start + 1s);
  EXPECT_EQ(x.available(start + 24h * 365 * 100), tokens_max);
  token_bucket faster{{.tokens = tokens_max, .per = 1ns, .burst = 5}};
  EXPECT_TRUE(faster.take(5, start));
  EXPECT_EQ(faster.when(5, start), start + 1ns);
}

TEST(token_bucket_test, bears_the_slowest_rates_there_are) {
  // One in a million seconds.
  token_bucket x{{.tokens = 1, .per = 1'000'000s, .burst = 1000}};
  EXPECT_TRUE(x.take(1000, start));
  EXPECT_EQ(x.when(1, start), start + 1'000'000s);
  EXPECT_EQ(x.when(1000, start), start + 1'000'000'000s);
  token_bucket slowest{{.tokens = 1, .per = time_max, .burst = 1}};
  EXPECT_TRUE(slowest.take(1, start));
  EXPECT_EQ(slowest.when(1, start), start + time_max);
  EXPECT_FALSE(slowest.take(1, start + time_max - 1ns));
  EXPECT_TRUE(slowest.take(1, start + time_max));
}

TEST(token_bucket_test, takes_time_that_runs_backwards_for_no_time) {
  token_bucket x{{.tokens = 1, .per = 1s, .burst = 2}};
  EXPECT_TRUE(x.take(1, start + 10s));
  EXPECT_TRUE(x.take(1, start));
  EXPECT_EQ(x.when(1, start), start + 11s);
  EXPECT_EQ(x.available(start + 11s), 1u);
}

TEST(token_bucket_test, names_every_field_that_is_out_of_bounds) {
  EXPECT_EQ(validate(token_rate{}), list{});
  EXPECT_EQ(validate(token_rate{1, time_max, 1}), list{});
  EXPECT_EQ(validate(token_rate{tokens_max, time_max, tokens_max}), list{});
  EXPECT_EQ(validate(token_rate{0, 0s, tokens_max + 1}),
            (list{"tokens: 0 is not from 1 to 1000000000",
                  "burst: 1000000001 is not from 1 to 1000000000",
                  "per: must be longer than nothing"}));
  EXPECT_EQ(validate(token_rate{1, time_max + 1h, 1}),
            list{"per: 36500d01h is longer than 100 years"});
  EXPECT_EQ(validate(token_rate{1, 1'000'000s, 3154}),
            list{"burst: at 1 per 11d13h, 3154 would take more than 100 years "
                 "to come"});
  EXPECT_EQ(validate(token_rate{1, 1'000'000s, 3153}), list{});
}

TEST(token_bucket_test, says_what_it_allows) {
  EXPECT_EQ(to_string(token_rate{100, 1min, 1}), "no more than 100 per 1m");
  EXPECT_EQ(to_string(token_rate{5, 1s, 2}),
            "no more than 5 per 1s, at most 2 at once");
}

TEST(token_bucket_test, never_exceeds_burst_and_rate_in_any_stretch_of_time) {
  EXPECT_TRUE(rc::check([] {
    auto rate = some_rate();
    token_bucket x{rate};
    std::vector<std::pair<time_point, uint64_t>> passed;
    auto now = start;
    auto steps = *rc::gen::inRange(1, 80);
    for (int i = 0; i < steps; ++i) {
      now += duration{*rc::gen::inRange<int64_t>(0, 60)};
      auto tokens = *rc::gen::inRange<uint64_t>(0, rate.burst + 2);
      if (x.take(tokens, now))
        passed.emplace_back(now, tokens);
    }
    auto per = static_cast<uint64_t>(rate.per.count());
    for (size_t i = 0; i < passed.size(); ++i) {
      uint64_t sum = 0;
      for (size_t j = i; j < passed.size(); ++j) {
        sum += passed[j].second;
        auto time
          = static_cast<uint64_t>((passed[j].first - passed[i].first).count());
        RC_ASSERT(sum * per <= rate.burst * per + time * rate.tokens);
      }
    }
  }));
}

TEST(token_bucket_test, lets_pass_what_it_refused_when_it_said_so) {
  EXPECT_TRUE(rc::check([] {
    auto rate = some_rate();
    token_bucket x{rate};
    auto now = start;
    auto steps = *rc::gen::inRange(1, 80);
    for (int i = 0; i < steps; ++i) {
      now += duration{*rc::gen::inRange<int64_t>(0, 10)};
      auto tokens = *rc::gen::inRange<uint64_t>(1, rate.burst + 1);
      auto when = x.when(tokens, now);
      RC_ASSERT(when >= now);
      auto passes = x.take(tokens, now);
      RC_ASSERT(passes == (when == now));
      if (passes)
        continue;
      auto early = x;
      RC_ASSERT(!early.take(tokens, when - 1ns));
      now = when;
      RC_ASSERT(x.take(tokens, now));
    }
  }));
}

TEST(token_bucket_test, does_what_a_bucket_filled_by_the_nanosecond_does) {
  EXPECT_TRUE(rc::check([] {
    auto rate = some_rate();
    token_bucket x{rate};
    // Of `per` units a token, as small a drop as there is falls into it at a
    // time.
    auto token = static_cast<uint64_t>(rate.per.count());
    auto full = rate.burst * token;
    auto level = full;
    auto now = start;
    auto steps = *rc::gen::inRange(1, 200);
    for (int i = 0; i < steps; ++i) {
      auto time = *rc::gen::inRange(0, 30);
      for (int t = 0; t < time; ++t)
        level = std::min(full, level + rate.tokens);
      now += duration{time};
      RC_ASSERT(x.available(now) == level / token);
      RC_ASSERT(x.is_full(now) == (level == full));
      auto tokens = *rc::gen::inRange<uint64_t>(0, rate.burst + 2);
      auto is_enough = level >= tokens * token;
      RC_ASSERT(x.take(tokens, now) == is_enough);
      if (is_enough)
        level -= tokens * token;
    }
  }));
}

} // namespace troupe::core
