#include "cli/read_gates.hpp"

#include "tests/cli/loading.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

using namespace std::chrono_literals;
using testing::load;
using testing::mistake_list;

} // namespace

TEST(read_gates_test, there_are_none_unless_a_file_says_so) {
  auto result = load(testing::one_task);
  ASSERT_TRUE(result.value);
  EXPECT_TRUE(result.value->rate_limits.empty());
  EXPECT_FALSE(result.value->circuits);
  EXPECT_FALSE(result.value->has_gates());
}

TEST(read_gates_test, reads_all_of_a_rate_limit) {
  auto result
    = load(std::string{"queues: {slow: }\n"
                       "rate_limits: {api: {scope: queue, only: slow, "
                       "tokens: 10, per: 1m, burst: 3, when_exceeded: "
                       "refuse, waiting_max: 7}, tenants: {scope: "
                       "metadata, metadata_key: tenant, tokens: 2}}"}
           + testing::one_task);
  ASSERT_TRUE(result.value) << result.messages.at(0);
  ASSERT_EQ(result.value->rate_limits.size(), 2u);
  auto& api = result.value->rate_limits[0].limit;
  EXPECT_EQ(api.name, "api");
  EXPECT_EQ(api.scope, core::limit_scope::queue);
  EXPECT_EQ(api.only, "slow");
  EXPECT_EQ(api.rate, (core::token_rate{10, 1min, 3}));
  EXPECT_EQ(api.when_exceeded, core::rate_policy::refuse);
  EXPECT_EQ(api.waiting_max, 7u);
  auto& tenants = result.value->rate_limits[1].limit;
  EXPECT_EQ(tenants.metadata_key, "tenant");
  EXPECT_EQ(tenants.rate, (core::token_rate{2, 1s, 1}));
  EXPECT_EQ(tenants.when_exceeded, core::rate_policy::wait);
  EXPECT_TRUE(result.value->has_gates());
}

TEST(read_gates_test, says_what_is_wrong_with_rate_limits) {
  EXPECT_EQ(
    load(std::string{"queues: {slow: }\n"
                     "rate_limits:\n"
                     "  a: {tokens: 1, scop: queue}\n"
                     "  b: {tokens: 0, scope: ownr}\n"
                     "  c: {per: 1s}\n"
                     "  d: {tokens: 1, scope: queue, only: solw}\n"
                     "  e: {tokens: 1, only: x}\n"
                     "  f: {tokens: 1, scope: metadata}\n"
                     "  g: {tokens: 1, scope: capability, only: process.rum}\n"
                     "  h: {tokens: 1, per: 0}"}
         + testing::one_task)
      .messages,
    (mistake_list{
      "f:3:18: error: unknown key 'scop' in rate limit 'a'; did you mean "
      "'scope'?",
      "f:4:15: error: 'tokens' of rate limit 'b' must be a whole number, 1 to "
      "1000000000, not '0'",
      "f:4:25: error: 'scope' of rate limit 'b' cannot be 'ownr'; did you mean "
      "'owner'?",
      "f:5:3: error: rate limit 'c' needs 'tokens'",
      "f:6:38: error: unknown queue 'solw' in rate limit 'd'; did you mean "
      "'slow'?",
      "f:7:24: error: rate limit 'e': only: scope 'all' has one bucket",
      "f:8:3: error: rate limit 'f': metadata_key: scope 'metadata' needs one",
      "f:9:43: error: no agent has 'process.rum', which rate limit 'g' is for; "
      "did you mean 'process.run'?",
      "f:10:23: error: rate limit 'h': per: must be longer than nothing",
    }));
  EXPECT_EQ(
    load(std::string{"rate_limits: 3"} + testing::one_task).messages,
    mistake_list{"f:1:14: error: 'rate_limits' must be a mapping, not '3'"});
}

TEST(read_gates_test, reads_all_of_the_circuits) {
  auto result
    = load(std::string{"circuits: {scope: queue, failures_max: 2, "
                       "failure_rate: 0.5, calls_min: 4, window: 10s, "
                       "cool_down: 1s, cool_down_factor: 3, "
                       "cool_down_max: 9s, probes: 2, probe_time: 5s, "
                       "on_open: refuse, held_max: 6}"}
           + testing::one_task);
  ASSERT_TRUE(result.value) << result.messages.at(0);
  ASSERT_TRUE(result.value->circuits);
  auto& x = *result.value->circuits;
  EXPECT_EQ(x.scope, core::circuit_scope::queue);
  EXPECT_EQ(x.settings.failures_max, 2u);
  EXPECT_EQ(x.settings.failure_rate, 0.5);
  EXPECT_EQ(x.settings.calls_min, 4u);
  EXPECT_EQ(x.settings.window, 10s);
  EXPECT_EQ(x.settings.cool_down, 1s);
  EXPECT_EQ(x.settings.cool_down_factor, 3);
  EXPECT_EQ(x.settings.cool_down_max, 9s);
  EXPECT_EQ(x.settings.probes, 2u);
  EXPECT_EQ(x.settings.probe_time, 5s);
  EXPECT_EQ(x.on_open, core::open_policy::refuse);
  EXPECT_EQ(x.held_max, 6u);
  EXPECT_TRUE(result.value->has_gates());
}

TEST(read_gates_test, circuits_alone_have_defaults) {
  auto result = load(std::string{"circuits:"} + testing::one_task);
  ASSERT_TRUE(result.value);
  ASSERT_TRUE(result.value->circuits);
  EXPECT_EQ(result.value->circuits->on_open, core::open_policy::hold);
  EXPECT_EQ(result.value->circuits->settings.failures_max, 5u);
}

TEST(read_gates_test, says_what_is_wrong_with_circuits) {
  EXPECT_EQ(
    load(std::string{"circuits: {scope: queu, probes: 0, failure_max: 1,"
                     " on_open: wait}"}
         + testing::one_task)
      .messages,
    (mistake_list{
      "f:1:19: error: 'scope' of 'circuits' cannot be 'queu'; did you "
      "mean 'queue'?",
      "f:1:33: error: 'probes' of 'circuits' must be a whole number, 1 "
      "or more, not '0'",
      "f:1:36: error: unknown key 'failure_max' in 'circuits'; did you "
      "mean 'failures_max'?",
      "f:1:61: error: 'on_open' of 'circuits' cannot be 'wait'; valid "
      "are 'refuse' and 'hold'",
    }));
  EXPECT_EQ(load(std::string{"circuits: {cool_down: 5s, cool_down_max: 1s}"}
                 + testing::one_task)
              .messages,
            mistake_list{
              "f:1:42: error: 'circuits': cool_down_max: 1s is less than "
              "cool_down, 5s"});
  EXPECT_EQ(load(std::string{"circuits: {failures_max: 0}"} + testing::one_task)
              .messages,
            mistake_list{
              "f:1:26: error: 'circuits': failures_max, failure_rate: "
              "with both 0 the circuit never opens"});
}

TEST(read_gates_test, each_mistake_of_core_has_its_place) {
  EXPECT_EQ(load(std::string{"circuits: {failure_rate: 2, cool_down: 5s, "
                             "cool_down_max: 1s}"}
                 + testing::one_task)
              .messages,
            (mistake_list{
              "f:1:26: error: 'circuits': failure_rate: 2 is not from 0 to 1",
              "f:1:59: error: 'circuits': cool_down_max: 1s is less than "
              "cool_down, 5s",
            }));
  EXPECT_EQ(load(std::string{"rate_limits: {a: {tokens: 1, per: 0, only: x}}"}
                 + testing::one_task)
              .messages,
            (mistake_list{
              "f:1:35: error: rate limit 'a': per: must be longer than nothing",
              "f:1:44: error: rate limit 'a': only: scope 'all' has one bucket",
            }));
}

TEST(read_gates_test, reads_what_becomes_of_a_full_queue) {
  auto result
    = load(std::string{"queues: {q: {waiting_max: 3, when_full: wait, "
                       "full_wait_max: 2m, held_max: 9}}"}
           + testing::one_task);
  ASSERT_TRUE(result.value) << result.messages.at(0);
  auto& q = result.value->find_queue("q")->spec;
  EXPECT_EQ(q.when_full, core::full_policy::wait);
  EXPECT_EQ(q.full_wait_max, 2min);
  EXPECT_EQ(q.held_max, 9u);
  EXPECT_TRUE(result.value->has_gates());
  EXPECT_EQ(
    load(std::string{"queues: {q: {when_full: shead}, r: {when_full: shed}}"}
         + testing::one_task)
      .messages,
    (mistake_list{
      "f:1:25: error: 'when_full' of queue 'q' cannot be 'shead'; did "
      "you mean 'shed'?",
      "f:1:48: error: 'when_full' of queue 'r' needs a 'waiting_max': "
      "without it the queue is never full"}));
}

} // namespace troupe::cli
