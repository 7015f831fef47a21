#include "tests/control/served.hpp"

namespace troupe::test {

namespace {

using task_methods_test = served;

json named(const std::string& name, json needs = json::array()) {
  return {{"name", name}, {"capabilities", "work"}, {"dependencies", needs}};
}

} // namespace

TEST_F(task_methods_test, submits_one_task_in_the_name_of_who_wants_it) {
  auto accepted = call("tasks.submit",
                       {{"by", "ann"},
                        {"task", {{"name", "a"}, {"capabilities", "work"}}}});
  EXPECT_EQ(accepted.at("is_new"), true);
  auto task = wait(accepted.at("ids").at(0));
  EXPECT_EQ(task.at("status"), "completed");
  EXPECT_EQ(task.at("result"), "a");
  EXPECT_EQ(task.at("owner"), "ann");
}

TEST_F(task_methods_test, leaves_the_owner_that_a_task_has) {
  auto id = submit("work", {{"owner", "bob"}});
  EXPECT_EQ(call("tasks.get", {{"task", id}}).at("owner"), "bob");
}

TEST_F(task_methods_test, finds_what_was_submitted_before) {
  json again{
    {"task",
     {{"name", "a"}, {"capabilities", "work"}, {"submission_key", "once"}}}};
  auto first = call("tasks.submit", again);
  auto second = call("tasks.submit", again);
  EXPECT_EQ(second.at("ids"), first.at("ids"));
  EXPECT_EQ(second.at("is_new"), false);
  again["task"]["name"] = "b";
  EXPECT_TRUE(refusal("tasks.submit", again).starts_with("key_conflict: "));
}

TEST_F(task_methods_test, submits_a_graph_whose_tasks_name_each_other) {
  auto accepted
    = call("tasks.submit",
           {{"tasks",
             {{{"name", "sum"},
               {"capabilities", "echo"},
               {"dependencies", {{{"task", "left"}, {"alias", "l"}}, "right"}},
               {"parameters", {"${l.result}", "${right.result}"}}},
              named("left"),
              named("right", {"left"})}}});
  ASSERT_EQ(accepted.at("ids").size(), 3u);
  EXPECT_EQ(wait(accepted["ids"][0]).at("result"), (json{"left", "right"}));
}

TEST_F(task_methods_test, submits_all_or_nothing) {
  EXPECT_EQ(
    refusal("tasks.submit",
            {{"tasks", {named("build"), named("b", {"bulid"})}}}),
    "invalid_argument: 'tasks.1.dependencies.0' names 'bulid', which is "
    "no id, and no task of this submission (did you mean 'build'?)");
  EXPECT_EQ(refusal("tasks.submit",
                    {{"tasks", {named("a"), named("a"), named("b", {"a"})}}}),
            "invalid_argument: 'tasks.2.dependencies.0' names 'a', and there "
            "are 2 tasks of that name");
  auto cycle = refusal("tasks.submit",
                       {{"tasks", {named("a", {"b"}), named("b", {"a"})}}});
  EXPECT_TRUE(cycle.starts_with("cycle: ")) << cycle;
  EXPECT_TRUE(call("tasks.list").at("tasks").empty());
}

TEST_F(task_methods_test, wants_one_or_several) {
  EXPECT_EQ(refusal("tasks.submit"),
            "invalid_argument: 'task' or 'tasks' says what is submitted, and "
            "not both");
  EXPECT_FALSE(
    refusal("tasks.submit", {{"task", named("a")}, {"tasks", {named("b")}}})
      .empty());
  EXPECT_EQ(refusal("tasks.submit", {{"tasks", 7}}),
            "invalid_argument: 'tasks' is a number, not a list");
  EXPECT_TRUE(
    call("tasks.submit", {{"tasks", json::array()}}).at("ids").empty());
  EXPECT_EQ(refusal("tasks.submit", {{"task", named("a", {"b"})}}),
            "invalid_argument: 'task.dependencies' names 'b', which is no id");
}

TEST_F(task_methods_test, refuses_as_the_runtime_does) {
  auto missing = refusal("tasks.submit", {{"task", {{"name", "a"}}}});
  EXPECT_NE(missing.find("capabilities"), missing.npos) << missing;
  auto task = named("a");
  task["queue"] = "fast";
  EXPECT_TRUE(
    refusal("tasks.submit", {{"task", task}}).starts_with("unknown_queue: "));
  task["queue"] = "slow";
  call("tasks.submit", {{"task", task}});
  auto limited = service_.call("tasks.submit", {{"task", task}});
  ASSERT_FALSE(limited);
  EXPECT_EQ(limited.error().code, core::ec::rate_limited);
  EXPECT_GT(limited.error().retry_after, core::duration::zero());
}

TEST_F(task_methods_test, gets_a_task) {
  auto id = submit("wait");
  auto task = call("tasks.get", {{"task", id}});
  EXPECT_EQ(task.at("id"), id);
  EXPECT_EQ(task.at("status"), "pending");
  EXPECT_TRUE(
    refusal("tasks.get", {{"task", no_task}}).starts_with("unknown_task: "));
  EXPECT_EQ(refusal("tasks.get"), "invalid_argument: 'task' is missing");
}

TEST_F(task_methods_test, lists_tasks_page_by_page) {
  std::vector<std::string> ids;
  for (auto i = 0; i < 3; ++i)
    ids.push_back(submit("wait"));
  auto first = call("tasks.list", {{"limit", 2}});
  ASSERT_EQ(first.at("tasks").size(), 2u);
  EXPECT_EQ(first["tasks"][0]["id"], ids[0]);
  auto second = call("tasks.list", {{"limit", 2}, {"after", first.at("next")}});
  ASSERT_EQ(second.at("tasks").size(), 1u);
  EXPECT_EQ(second["tasks"][0]["id"], ids[2]);
  EXPECT_FALSE(second.contains("next"));
}

TEST_F(task_methods_test, lists_tasks_that_match) {
  auto a = submit("wait", {{"name", "a"}, {"tags", {"red"}}});
  auto b = submit("work", {{"name", "b"}, {"owner", "bob"}});
  auto c = submit("wait", {{"name", "c"}, {"queue", "manual"}});
  wait(b);
  auto only = [&](json filter) {
    std::vector<std::string> names;
    for (auto& x : list("tasks", "tasks.list", std::move(filter)))
      names.push_back(x.at("name"));
    return names;
  };
  using names = std::vector<std::string>;
  EXPECT_EQ(only({{"status", "completed"}}), names{"b"});
  EXPECT_EQ(only({{"tag", "red"}}), names{"a"});
  EXPECT_EQ(only({{"owner", "bob"}}), names{"b"});
  EXPECT_EQ(only({{"queue", "manual"}}), names{"c"});
  EXPECT_EQ(only({{"name", "c"}}), names{"c"});
  EXPECT_EQ(only({{"parent", a}}), names{});
  EXPECT_EQ(only({{"journal", true}}), (names{"a", "b", "c"}));
}

TEST_F(task_methods_test, refuses_filters_that_make_no_sense) {
  EXPECT_TRUE(refusal("tasks.list", {{"status", "done"}})
                .starts_with("invalid_argument: 'status' cannot be 'done'"));
  EXPECT_EQ(refusal("tasks.list", {{"limit", 0}}),
            "invalid_argument: 'limit' is 0, not a whole number from 1 to "
            "1000");
}

TEST_F(task_methods_test, waits_no_longer_than_it_is_told) {
  auto id = submit("wait");
  EXPECT_EQ(call("tasks.wait", {{"tasks", id}}), (json{{"ended", false}}));
  EXPECT_EQ(refusal("tasks.wait", {{"tasks", id}, {"timeout_seconds", 61}}),
            "invalid_argument: 'timeout_seconds' is 1m01s, which is longer "
            "than 1m");
  EXPECT_TRUE(
    refusal("tasks.wait", {{"tasks", no_task}}).starts_with("unknown_task: "));
  EXPECT_EQ(refusal("tasks.wait"), "invalid_argument: 'tasks' is missing");
}

TEST_F(task_methods_test, waits_for_several_in_their_order) {
  auto a = submit("work", {{"name", "a"}});
  auto b = submit("work", {{"name", "b"}});
  auto ended = call("tasks.wait", {{"tasks", {b, a}}, {"timeout_seconds", 60}});
  ASSERT_EQ(ended.at("ended"), true);
  EXPECT_EQ(ended["tasks"][0]["name"], "b");
  EXPECT_EQ(ended["tasks"][1]["name"], "a");
}

TEST_F(task_methods_test, explains_why_a_task_waits) {
  auto text = call("tasks.explain", {{"task", submit("wait")}})
                .at("explanation")
                .get<std::string>();
  EXPECT_NE(text.find("wait"), text.npos) << text;
  EXPECT_TRUE(refusal("tasks.explain", {{"task", no_task}})
                .starts_with("unknown_task: "));
}

} // namespace troupe::test
