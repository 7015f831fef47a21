#include "cli/read_limits.hpp"

#include "tests/cli/loading.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

using namespace std::chrono_literals;
using testing::load;
using testing::mistake_list;

/// The queue `q` of a file, which is that mapping.
core::queue_spec queue_of(const std::string& text) {
  auto result = load("queues: {q: " + text + "}\ntasks: {t: {argv: [x]}}");
  EXPECT_EQ(result.messages, mistake_list{});
  return result.value ? result.value->find_queue("q")->spec
                      : core::queue_spec{};
}

mistake_list mistakes_in(const std::string& text) {
  return load("queues: {q: " + text + "}\ntasks: {t: {argv: [x]}}").messages;
}

} // namespace

TEST(read_limits_test, a_queue_has_the_limits_of_its_spec) {
  auto spec = queue_of("{}");
  EXPECT_EQ(spec.key_max, 1u);
  EXPECT_EQ(spec.at_key_max, core::key_policy::wait);
  EXPECT_FALSE(spec.rate);
  EXPECT_TRUE(spec.retry_budget.is_enabled);
}

TEST(read_limits_test, reads_what_keys_mean) {
  auto spec = queue_of("{key_max: 3, at_key_max: cancel_newest}");
  EXPECT_EQ(spec.key_max, 3u);
  EXPECT_EQ(spec.at_key_max, core::key_policy::cancel_newest);
}

TEST(read_limits_test, reads_a_rate) {
  auto spec = queue_of("{rate: 20}");
  ASSERT_TRUE(spec.rate);
  EXPECT_EQ(spec.rate->limit, (core::token_rate{20, 1s, 1}));
  EXPECT_EQ(spec.rate->by, core::rate_scope::queue);
  spec = queue_of("{rate: {tokens: 5, per: 1m, burst: 2, by: key}}");
  ASSERT_TRUE(spec.rate);
  EXPECT_EQ(spec.rate->limit, (core::token_rate{5, 1min, 2}));
  EXPECT_EQ(spec.rate->by, core::rate_scope::key);
}

TEST(read_limits_test, reads_a_retry_budget) {
  EXPECT_FALSE(queue_of("{retry_budget: false}").retry_budget.is_enabled);
  auto budget
    = queue_of("{retry_budget: {ratio: 0.5, min_per_second: 0, window: 1m}}")
        .retry_budget;
  EXPECT_TRUE(budget.is_enabled);
  EXPECT_EQ(budget.ratio, 0.5);
  EXPECT_EQ(budget.min_per_second, 0);
  EXPECT_EQ(budget.window, 1min);
}

TEST(read_limits_test, says_what_is_wrong_with_limits) {
  EXPECT_EQ(mistakes_in("{at_key_max: wiat}"),
            mistake_list{"f:1:26: error: 'at_key_max' of queue 'q' cannot be "
                         "'wiat'; did you mean 'wait'?"});
  EXPECT_EQ(mistakes_in("{rate: fast}"),
            mistake_list{"f:1:20: error: 'rate' of queue 'q' must be a whole "
                         "number, 1 to 1000000000, not 'fast'"});
  EXPECT_EQ(mistakes_in("{rate: {per: 0}}"),
            mistake_list{"f:1:20: error: 'rate' of queue 'q' needs 'tokens'"});
  EXPECT_EQ(mistakes_in("{rate: {tokens: 1, per: 0}}"),
            mistake_list{
              "f:1:20: error: 'rate' of queue 'q': per: must be longer "
              "than nothing"});
  EXPECT_EQ(
    mistakes_in("{retry_budget: {ratio: -1, window: 0}}"),
    (mistake_list{"f:1:36: error: 'ratio' of 'retry_budget' of queue 'q' "
                  "must be a number, 0 or more, not '-1'",
                  "f:1:48: error: 'window' of 'retry_budget' of queue 'q' "
                  "must be longer than nothing, not '0'"}));
}

TEST(read_limits_test, reads_resources_and_keys) {
  auto result = load(R"(
agents: {a: {capabilities: [process.run], resources: {cpu: 4, memory: 8e9}}}
tasks: {t: {argv: [x], key: k, resources: {cpu: 1.5}}}
)");
  ASSERT_TRUE(result.value) << result.messages.at(0);
  EXPECT_EQ(result.value->agents.at(0).spec.resources,
            (core::resource_amounts{{"cpu", 4}, {"memory", 8e9}}));
  auto& t = result.value->groups.at(0).instances.at(0).spec;
  EXPECT_EQ(t.resources, (core::resource_amounts{{"cpu", 1.5}}));
  EXPECT_EQ(t.concurrency_key, "k");
}

TEST(read_limits_test, says_what_is_wrong_with_resources) {
  EXPECT_EQ(
    load(R"(tasks:
  a: {argv: [x], resources: 3}
  b: {argv: [x], resources: {cpu: 0, gpu: many}}
)")
      .messages,
    (mistake_list{
      "f:2:29: error: 'resources' of task 'a' must be a mapping of "
      "names to numbers, not '3'",
      "f:3:35: error: 'cpu' of 'resources' of task 'b' must be a number "
      "above 0, not '0'",
      "f:3:43: error: 'gpu' of 'resources' of task 'b' must be a "
      "number, 0 or more, not 'many'",
    }));
}

TEST(read_limits_test, some_agent_must_have_the_resources) {
  EXPECT_EQ(load(R"(agents:
  a: {capabilities: [process.run], resources: {cpu: 2}}
  b: {capabilities: [process.run]}
  c: {capabilities: [file.read], resources: {cpu: 8}}
tasks:
  t: {argv: [x], resources: {cpu: 4}}
  u: {argv: [x], resources: {cpu: 2}, agent: b}
  v: {argv: [x], resources: {cpu: 2}, agent: {require: b}}
)")
              .messages,
            (mistake_list{
              "f:6:29: error: no agent has the 'resources' that task 't' "
              "needs, 4 cpu: 'a' has 2 cpu, 'b' has none",
              "f:8:29: error: no agent has the 'resources' that task 'v' "
              "needs, 2 cpu: 'b' has none",
            }));
}

TEST(read_limits_test, reads_rules_for_labels) {
  auto result = load(R"(agents:
  a: {capabilities: [process.run], labels: {zone: eu, gpu: a100}}
tasks:
  t: {argv: [x], labels: [zone=eu|us, "!spot"], preferred_labels: gpu}
  u: {argv: [x]}
)");
  ASSERT_TRUE(result.value) << result.messages.at(0);
  auto& t = result.value->groups.at(0).instances.at(0).spec;
  EXPECT_EQ(core::describe(t.placement->required), "zone=eu|us, !spot");
  EXPECT_EQ(core::describe(t.placement->preferred), "gpu");
  EXPECT_FALSE(result.value->groups.at(1).instances.at(0).spec.placement);
}

TEST(read_limits_test, says_what_is_wrong_with_labels) {
  EXPECT_EQ(load(R"(agents:
  a: {capabilities: [process.run], labels: {node: x}}
tasks:
  t: {argv: [x], labels: [=eu]}
  u: {argv: [x], preferred_labels: {zone: eu}}
)")
              .messages,
            (mistake_list{
              "f:2:44: error: agent 'a': labels: 'node' is the name of the "
              "node, and not to be set",
              "f:4:26: error: 'labels' of task 't': '=eu' is no rule for a "
              "label: write key=value, key=one|other, key!=value, key, or !key",
              "f:5:36: error: 'preferred_labels' of task 'u' must be a rule "
              "such as zone=eu, or a list of rules, not a mapping",
            }));
}

TEST(read_limits_test, some_agent_must_have_the_labels) {
  EXPECT_EQ(load(R"(agents:
  a: {capabilities: [process.run], labels: {zone: eu}}
  b: {capabilities: [file.read], labels: {gpu: x}}
tasks:
  t: {argv: [x], labels: zone=us}
  u: {argv: [x], labels: gpu}
  v: {argv: [x], labels: zone}
  w: {argv: [x], preferred_labels: gpu}
)")
              .messages,
            (mistake_list{
              "f:5:26: error: no agent that can do task 't' has the 'labels' "
              "that it asks for: zone=us",
              "f:6:26: error: no agent that can do task 'u' has the 'labels' "
              "that it asks for: gpu",
            }));
}

} // namespace troupe::cli
