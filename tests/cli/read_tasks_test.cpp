#include "cli/read_tasks.hpp"

#include "tests/cli/loading.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

using testing::load;
using testing::mistake_list;

} // namespace

TEST(read_tasks_test, foreach_makes_a_task_per_element) {
  auto result = load(R"(
tasks:
  count:
    foreach: {glob: "*", exclude: b.txt}
    argv: [wc, "${item}", "${item.stem}", "${index}"]
    when: ${index} < 5 and "${item.name}" != "x"
    tags: ["${item.name}"]
)");
  ASSERT_TRUE(result.value) << result.messages.at(0);
  auto& group = result.value->groups.at(0);
  EXPECT_TRUE(group.is_fan_out);
  ASSERT_EQ(group.instances.size(), 2u);
  auto& second = group.instances[1].spec;
  EXPECT_EQ(second.name, "count/c.tar.gz");
  EXPECT_EQ(second.parameters.value()["argv"],
            (core::json{"wc", "dir/c.tar.gz", "c.tar", "1"}));
  EXPECT_EQ(second.condition, "1 < 5 and \"c.tar.gz\" != \"x\"");
  EXPECT_EQ(second.tags, std::vector<std::string>{"c.tar.gz"});
}

TEST(read_tasks_test, labels_can_be_given) {
  auto result = load(R"(
vars: {sizes: [{n: 1, t: a}, {n: 2, t: b}]}
tasks: {t: {foreach: "${vars.sizes}", label: "${item.t}${item.n}", argv: [x]}}
)");
  ASSERT_TRUE(result.value) << result.messages.at(0);
  EXPECT_EQ(result.value->groups[0].instances[0].spec.name, "t/a1");
  EXPECT_EQ(result.value->groups[0].instances[1].spec.name, "t/b2");
}

TEST(read_tasks_test, a_mistake_in_a_fan_out_is_told_once) {
  EXPECT_EQ(load("tasks: {t: {foreach: [a, b, c], argv: [\"${item.x}\"], "
                 "qeue: y}}")
              .messages,
            (mistake_list{
              "f:1:40: error: '${item.x}': there is no 'x'; what comes before "
              "'.x' is text",
              "f:1:54: error: unknown key 'qeue' in task 't'; did you mean "
              "'queue'?",
            }));
}

TEST(read_tasks_test, the_rest_is_checked_though_foreach_is_wrong) {
  EXPECT_EQ(
    load("tasks: {t: {foreach: [], argv: [\"${item.x}\"], qeue: y}}").messages,
    (mistake_list{
      "f:1:22: error: 'foreach' of task 't' has no elements",
      "f:1:47: error: unknown key 'qeue' in task 't'; did you mean "
      "'queue'?",
    }));
}

TEST(read_tasks_test, item_and_label_are_for_foreach) {
  EXPECT_EQ(load("tasks: {t: {argv: [\"${item}\"], label: x, owner: "
                 "\"${index}\"}}")
              .messages,
            (mistake_list{
              "f:1:20: error: '${item}' in task 't': it has no 'foreach'",
              "f:1:39: error: 'label' of task 't' has a meaning only with "
              "'foreach'",
              "f:1:49: error: '${index}' in 'owner' of task 't': the task has "
              "no 'foreach'",
            }));
}

TEST(read_tasks_test, there_must_be_tasks_with_proper_names) {
  EXPECT_EQ(load("name: x").messages,
            mistake_list{"f:1:1: error: the file needs 'tasks'"});
  EXPECT_EQ(load("tasks: {}").messages,
            mistake_list{"f:1:8: error: 'tasks' is empty"});
  EXPECT_EQ(load("tasks: [a]").messages,
            mistake_list{"f:1:8: error: 'tasks' must be a mapping of names to "
                         "tasks, not a list"});
  EXPECT_EQ(load("tasks: {vars: {argv: [x]}}").messages,
            mistake_list{
              "f:1:9: error: a task cannot be named 'vars': '${vars}' "
              "has another meaning"});
  EXPECT_EQ(load("tasks: {t: x}").messages,
            mistake_list{"f:1:9: error: task 't' must be a mapping, not 'x'"});
}

} // namespace troupe::cli
