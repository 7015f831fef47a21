#include "cli/read_task.hpp"

#include "tests/cli/loading.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

using testing::load;
using testing::mistake_list;

} // namespace

TEST(read_task_test, reads_all_of_a_task) {
  auto result = load(R"(
agents: {a: {capabilities: [process.run], has: [gpu]}}
tasks:
  first: {argv: [x]}
  t:
    description: d
    run: process.run
    with: {argv: [head, -n, 5, 1.10], parse: json}
    stdin: "${one.result.stdout}"
    needs: [{task: first, as: one, on_failure: skip}]
    when: ${one.result.exit_code} == 0
    agent: {require: a}
    requires: gpu
    owner: me
    sticky_key: k
    tags: [p, q]
    metadata: {v: 1.10}
)");
  ASSERT_TRUE(result.value) << result.messages.at(0);
  auto& t = result.value->groups.at(1).instances.at(0);
  EXPECT_EQ(t.spec.name, "t");
  EXPECT_EQ(t.spec.description, "d");
  EXPECT_EQ(t.spec.capabilities,
            (std::vector<std::string>{"process.run", "gpu"}));
  EXPECT_EQ(t.spec.parameters.value(),
            (core::json{{"argv", {"head", "-n", "5", "1.10"}},
                        {"parse", "json"},
                        {"stdin", "${one.result.stdout}"}}));
  EXPECT_EQ(t.spec.condition, "${one.result.exit_code} == 0");
  EXPECT_EQ(t.spec.agent, "a");
  EXPECT_EQ(t.spec.wish, core::agent_wish::require);
  EXPECT_EQ(t.spec.owner, "me");
  EXPECT_EQ(t.spec.sticky_key, "k");
  EXPECT_EQ(t.spec.tags, (std::vector<std::string>{"p", "q"}));
  EXPECT_EQ(t.spec.metadata.at("v"), "1.10");
  ASSERT_EQ(t.needs.size(), 1u);
  EXPECT_EQ(t.needs[0].alias, "one");
  EXPECT_EQ(t.needs[0].policy, core::on_failure::skip);
}

TEST(read_task_test, argv_and_shell_are_short_for_process_run) {
  auto result = load("tasks: {t: {shell: 'echo $${HOME}', check: false}}");
  ASSERT_TRUE(result.value) << result.messages.at(0);
  auto& spec = result.value->groups.at(0).instances.at(0).spec;
  EXPECT_EQ(spec.capabilities, std::vector<std::string>{"process.run"});
  EXPECT_EQ(spec.parameters.value(),
            (core::json{{"shell", "echo $${HOME}"}, {"check", false}}));
}

TEST(read_task_test, says_what_is_wrong_with_what_it_runs) {
  EXPECT_EQ(
    load(R"(tasks:
  a: {}
  b: {run: file.raed}
  c: {argv: [x], shell: x}
  d: {run: file.read, with: {pth: x}, stdin: y}
  e: {argv: [x], with: {argv: [y]}}
  f: {argv: [x], with: 3}
)")
      .messages,
    (mistake_list{
      "f:2:3: error: task 'a' needs 'run', 'argv' or 'shell'",
      "f:3:12: error: unknown capability 'file.raed' in task 'b'; did "
      "you mean 'file.read'?",
      "f:4:18: error: task 'c': process.run takes either 'argv' or 'shell', "
      "not both",
      "f:5:3: error: task 'd': file.read needs 'path'",
      "f:5:30: error: task 'd': file.read has no parameter 'pth' (did "
      "you mean 'path'?)",
      "f:5:39: error: 'stdin' is for process.run, and task 'd' runs "
      "file.read, whose parameters go under 'with'",
      "f:6:7: error: 'argv' of task 'e' is given here and under 'with'",
      "f:7:24: error: 'with' of task 'f' must be a mapping of "
      "parameters, not '3'",
    }));
}

TEST(read_task_test, says_what_is_wrong_with_its_needs) {
  EXPECT_EQ(
    load(R"(tasks:
  a: {argv: [x]}
  b:
    argv: [x]
    needs: [a, a, {task: a, as: x y}, {as: q}, {task: a, on_failure: rnu}]
  c: {argv: [x], needs: [{task: a, each: same}]}
)")
      .messages,
    (mistake_list{
      "f:5:16: error: task 'b' needs 'a' twice",
      "f:5:33: error: 'x y' is no name for an alias: it takes letters, "
      "digits, '_' and '-', the first a letter or '_'",
      "f:5:39: error: 'needs' of task 'b' needs 'task'",
      "f:5:55: error: task 'b' needs 'a' twice",
      "f:5:70: error: 'on_failure' of 'needs' of task 'b' cannot be "
      "'rnu'; did you mean 'run'?",
      "f:6:42: error: 'each: same' in 'needs' of task 'c': task 'c' has "
      "no 'foreach'",
    }));
}

TEST(read_task_test, references_are_to_what_is_needed) {
  EXPECT_EQ(load(R"(tasks:
  build: {argv: [x]}
  t:
    argv: ["${biuld.result}", "${build.result}"]
    env: {A: "${item}", B: "${build.reslut}"}
    needs: build
    when: ${other.status} == "completed"
)")
              .messages.size(),
            4u);
}

TEST(read_task_test, conditions_are_checked) {
  auto result = load("tasks: {t: {argv: [x], when: '1 <'}}");
  ASSERT_EQ(result.messages.size(), 1u);
  EXPECT_TRUE(result.messages[0].starts_with("f:1:30: error: 'when' of task "
                                             "'t': column "));
}

} // namespace troupe::cli
