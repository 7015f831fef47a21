#include "core/retry.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

const error failed{ec::handler_failed, "no"};

/// The delays after the first failures, without jitter.
std::vector<duration> delays(retry_settings settings, uint32_t count) {
  settings.jitter = jitter_kind::none;
  std::vector<duration> result;
  for (uint32_t i = 1; i <= count; ++i)
    result.push_back(backoff_delay(settings, i, 0.5));
  return result;
}

} // namespace

TEST(retry_test, allows_as_many_retries_as_it_is_set_to) {
  retry_settings settings{.max_retries = 2};
  EXPECT_TRUE(is_retried(settings, 1, failed));
  EXPECT_TRUE(is_retried(settings, 2, failed));
  EXPECT_FALSE(is_retried(settings, 3, failed));
  EXPECT_FALSE(is_retried({.max_retries = 0}, 1, failed));
}

TEST(retry_test, tries_nothing_again_that_cannot_help) {
  EXPECT_FALSE(is_retried({}, 1, {ec::handler_failed, "no", true}));
  EXPECT_FALSE(is_retried({}, 1, {ec::cancelled, "on request"}));
}

TEST(retry_test, tries_again_only_after_the_failures_it_is_set_to) {
  retry_settings settings{.retry_on = {ec::timeout, ec::handler_crashed}};
  EXPECT_TRUE(is_retried(settings, 1, {ec::timeout, "late"}));
  EXPECT_TRUE(is_retried(settings, 1, {ec::handler_crashed, "oh"}));
  EXPECT_FALSE(is_retried(settings, 1, failed));
}

TEST(retry_test, delays_grow_as_their_kind_says) {
  retry_settings settings{.base = 2s, .cap = 15s, .factor = 3};
  EXPECT_EQ(delays(settings, 4), (std::vector<duration>{2s, 6s, 15s, 15s}));
  settings.backoff = backoff_kind::linear;
  EXPECT_EQ(delays(settings, 4), (std::vector<duration>{2s, 4s, 6s, 8s}));
  settings.backoff = backoff_kind::fixed;
  EXPECT_EQ(delays(settings, 3), (std::vector<duration>{2s, 2s, 2s}));
}

TEST(retry_test, jitter_leaves_a_share_to_chance) {
  retry_settings settings{.base = 8s, .cap = 1min};
  EXPECT_EQ(backoff_delay(settings, 1, 0), 0s);
  EXPECT_EQ(backoff_delay(settings, 1, 0.25), 2s);
  settings.jitter = jitter_kind::equal;
  EXPECT_EQ(backoff_delay(settings, 1, 0), 4s);
  EXPECT_EQ(backoff_delay(settings, 1, 0.5), 6s);
}

TEST(retry_test, no_delay_is_negative_or_beyond_the_cap) {
  auto holds = rc::check("delays", [] {
    retry_settings settings;
    settings.backoff = static_cast<backoff_kind>(*rc::gen::inRange(0, 3));
    settings.jitter = static_cast<jitter_kind>(*rc::gen::inRange(0, 3));
    settings.base = std::chrono::milliseconds{*rc::gen::inRange(0, 100'000)};
    settings.cap = settings.base
                   + std::chrono::milliseconds{*rc::gen::inRange(0, 100'000)};
    settings.factor = 1 + *rc::gen::inRange(0, 1000) / 10.0;
    // Powers of it are beyond any number.
    auto failures = *rc::gen::inRange<uint32_t>(1, UINT32_MAX);
    auto chance = *rc::gen::inRange(0, 1000) / 1000.0;
    auto delay = backoff_delay(settings, failures, chance);
    RC_ASSERT(delay >= duration::zero());
    RC_ASSERT(delay <= settings.cap);
  });
  EXPECT_TRUE(holds);
}

TEST(retry_test, without_jitter_no_delay_is_shorter_than_the_one_before) {
  for (auto kind :
       {backoff_kind::fixed, backoff_kind::linear, backoff_kind::exponential}) {
    auto all = delays({.backoff = kind}, 50);
    EXPECT_TRUE(std::ranges::is_sorted(all)) << to_string(kind);
    EXPECT_EQ(all.front(), 1s);
  }
}

} // namespace troupe::core
