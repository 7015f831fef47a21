#include "cli/read_settings.hpp"

#include "tests/cli/loading.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

using testing::load;
using testing::mistake_list;

} // namespace

TEST(read_settings_test, reads_all_of_a_queue) {
  auto result = load(std::string{"queues: {q: {description: d, max_concurrent: "
                                 "2, auto_start: false, aging: 1s, fair: true, "
                                 "routing: sticky, waiting_max: 9, paused: "
                                 "true}}"}
                     + testing::one_task);
  ASSERT_TRUE(result.value);
  auto& q = *result.value->find_queue("q");
  EXPECT_EQ(q.spec.description, "d");
  EXPECT_EQ(q.spec.max_concurrent, 2u);
  EXPECT_FALSE(q.spec.auto_start);
  EXPECT_EQ(q.spec.aging, std::chrono::seconds{1});
  EXPECT_TRUE(q.spec.is_fair);
  EXPECT_EQ(q.spec.routing, core::routing_strategy::sticky);
  EXPECT_EQ(q.spec.waiting_max, 9u);
  EXPECT_TRUE(q.is_paused);
}

TEST(read_settings_test, there_is_always_a_default_queue_and_an_agent) {
  auto result = load(std::string{"queues: {q: }"} + testing::one_task);
  ASSERT_TRUE(result.value);
  ASSERT_NE(result.value->find_queue("default"), nullptr);
  EXPECT_EQ(result.value->find_queue("default")->spec.max_concurrent, 0u);
  ASSERT_EQ(result.value->agents.size(), 1u);
  EXPECT_EQ(result.value->agents[0].spec.id, "local");
  EXPECT_EQ(result.value->agents[0].spec.max_concurrent, 4u);
  EXPECT_EQ(result.value->agents[0].spec.capabilities.size(), 6u);
}

TEST(read_settings_test, reads_all_of_an_agent) {
  auto result = load(std::string{"agents: {a: {name: n, capabilities: "
                                 "process.run, has: [gpu], slots: 7, labels: "
                                 "{k: v}}}"}
                     + testing::one_task);
  ASSERT_TRUE(result.value);
  auto& a = result.value->agents.at(0);
  EXPECT_EQ(a.spec.name, "n");
  EXPECT_EQ(a.spec.capabilities, std::vector<std::string>{"process.run"});
  EXPECT_EQ(a.has, std::vector<std::string>{"gpu"});
  EXPECT_EQ(a.spec.max_concurrent, 7u);
  EXPECT_EQ(a.spec.labels.at("k"), "v");
}

TEST(read_settings_test, says_what_is_wrong_with_queues_and_agents) {
  EXPECT_EQ(load(std::string{"queues: {q: {routing: stikcy}}\n"
                             "agents: {a: {capabilities: [process.rnu]}, b: "
                             "{capabilities: [], slots: 0}}"}
                 + testing::one_task)
              .messages,
            (mistake_list{
              "f:1:23: error: 'routing' of queue 'q' cannot be 'stikcy'; did "
              "you mean 'sticky'?",
              "f:2:28: error: unknown capability 'process.rnu' in agent 'a'; "
              "did you mean 'process.run'?",
              "f:2:62: error: agent 'b' has no capabilities",
              "f:2:73: error: 'slots' of agent 'b' must be a whole number, 1 "
              "to 100000, not '0'",
              "f:3:9: error: no agent has 'process.run', which task 't' asks "
              "for",
            }));
}

TEST(read_settings_test, defaults_apply_where_a_task_does_not_say) {
  auto result = load(R"(
queues: {q: , r: }
defaults: {queue: q, priority: high, timeout: 2m, retries: 2, cwd: /c,
           env: {A: 1, B: 2}}
tasks:
  t: {argv: [x], env: {B: 3}}
  u: {argv: [x], queue: r, priority: 7, timeout: 0, retries: 0, cwd: /d}
  v: {run: timer.sleep, with: {seconds: 1}}
)");
  ASSERT_TRUE(result.value) << result.messages.at(0);
  auto& t = result.value->groups.at(0).instances.at(0).spec;
  EXPECT_EQ(t.queue, "q");
  EXPECT_EQ(t.priority, core::high);
  EXPECT_EQ(t.limits.attempt, std::chrono::minutes{2});
  EXPECT_EQ(t.retry.max_retries, 2u);
  EXPECT_EQ(t.parameters.value()["cwd"], "/c");
  EXPECT_EQ(t.parameters.value()["env"], (core::json{{"A", "1"}, {"B", "3"}}));
  auto& u = result.value->groups.at(1).instances.at(0).spec;
  EXPECT_EQ(u.queue, "r");
  EXPECT_EQ(u.priority.value(), 7);
  EXPECT_EQ(u.limits.attempt, core::duration::zero());
  EXPECT_EQ(u.retry.max_retries, 0u);
  EXPECT_EQ(u.parameters.value()["cwd"], "/d");
  auto& v = result.value->groups.at(2).instances.at(0).spec;
  EXPECT_FALSE(v.parameters.value().contains("cwd"));
}

TEST(read_settings_test, without_defaults_nothing_is_tried_again) {
  auto result = load(std::string{"name: n"} + testing::one_task);
  ASSERT_TRUE(result.value);
  auto& spec = result.value->groups.at(0).instances.at(0).spec;
  EXPECT_EQ(spec.retry.max_retries, 0u);
  EXPECT_EQ(spec.limits.attempt, std::chrono::minutes{5});
}

TEST(read_settings_test, timeouts_and_retries_can_say_more) {
  auto result = load(R"(
tasks:
  t:
    argv: [x]
    timeout: {attempt: 1s, waiting: 2s, total: 3s, heartbeat: 500ms}
    retries:
      {max: 4, backoff: linear, base: 5ms, cap: 6s, factor: 1.5, jitter: equal,
       on: [timeout, handler_crashed]}
)");
  ASSERT_TRUE(result.value);
  auto& spec = result.value->groups.at(0).instances.at(0).spec;
  EXPECT_EQ(spec.limits.attempt, std::chrono::seconds{1});
  EXPECT_EQ(spec.limits.waiting, std::chrono::seconds{2});
  EXPECT_EQ(spec.limits.total, std::chrono::seconds{3});
  EXPECT_EQ(spec.limits.heartbeat, std::chrono::milliseconds{500});
  EXPECT_EQ(spec.retry.max_retries, 4u);
  EXPECT_EQ(spec.retry.backoff, core::backoff_kind::linear);
  EXPECT_EQ(spec.retry.base, std::chrono::milliseconds{5});
  EXPECT_EQ(spec.retry.cap, std::chrono::seconds{6});
  EXPECT_EQ(spec.retry.factor, 1.5);
  EXPECT_EQ(spec.retry.jitter, core::jitter_kind::equal);
  EXPECT_EQ(spec.retry.retry_on,
            (core::error_codes{core::ec::timeout, core::ec::handler_crashed}));
}

TEST(read_settings_test, failures_to_retry_have_names) {
  auto result = load(R"(
tasks:
  t:
    argv: [x]
    retries: {max: 1, on: [timeot]}
)");
  ASSERT_FALSE(result.messages.empty());
  EXPECT_NE(result.messages.at(0).find("did you mean 'timeout'"),
            std::string::npos)
    << result.messages.at(0);
}

} // namespace troupe::cli
