#include "tests/control/served.hpp"

namespace troupe::test {

namespace {

class order_methods_test : public served {
protected:
  json get(const std::string& id) {
    return call("tasks.get", {{"task", id}});
  }
};

} // namespace

TEST_F(order_methods_test, cancels_and_says_who_wanted_it) {
  auto id = submit("wait");
  EXPECT_EQ(call("tasks.cancel", {{"task", id}, {"by", "ann"}}),
            json::object());
  EXPECT_EQ(get(id).at("status"), "cancelled");
  EXPECT_TRUE(
    refusal("tasks.cancel", {{"task", id}}).starts_with("wrong_status: "));
  EXPECT_TRUE(
    refusal("tasks.cancel", {{"task", no_task}}).starts_with("unknown_task: "));
  auto log = call("audit.list", {{"who", "ann"}}).at("entries");
  ASSERT_EQ(log.size(), 1u);
  EXPECT_EQ(log[0].at("action"), "cancel");
  EXPECT_EQ(log[0].at("task"), id);
}

TEST_F(order_methods_test, pauses_and_resumes) {
  auto id = submit("wait");
  EXPECT_TRUE(
    refusal("tasks.resume", {{"task", id}}).starts_with("wrong_status: "));
  call("tasks.pause", {{"task", id}});
  EXPECT_EQ(get(id).at("status"), "paused");
  call("tasks.resume", {{"task", id}});
  EXPECT_EQ(get(id).at("status"), "pending");
  EXPECT_TRUE(
    refusal("tasks.pause", {{"task", no_task}}).starts_with("unknown_task: "));
}

TEST_F(order_methods_test, sets_priorities) {
  auto id = submit("wait");
  call("tasks.set_priority", {{"task", id}, {"priority", "critical"}});
  EXPECT_EQ(get(id).at("priority"), 100);
  call("tasks.set_priority", {{"task", id}, {"priority", 7}});
  EXPECT_EQ(get(id).at("priority"), 7);
  EXPECT_EQ(refusal("tasks.set_priority", {{"task", id}}),
            "invalid_argument: 'priority' is missing");
  EXPECT_TRUE(
    refusal("tasks.set_priority", {{"task", id}, {"priority", "urgent"}})
      .starts_with("invalid_argument: 'priority': 'urgent'"));
  auto ended = submit("work");
  wait(ended);
  EXPECT_TRUE(refusal("tasks.set_priority", {{"task", ended}, {"priority", 1}})
                .starts_with("wrong_status: "));
}

TEST_F(order_methods_test, tries_a_dead_letter_again) {
  auto id = submit("fail");
  wait(id);
  auto again
    = call("tasks.retry",
           {{"task", id}, {"parameters", {{"n", 1}}}, {"priority", "high"}});
  ASSERT_EQ(again.at("ids").size(), 1u);
  auto task = wait(again["ids"][0]);
  EXPECT_EQ(task.at("replay_of"), id);
  EXPECT_EQ(task.at("parameters"), (json{{"n", 1}}));
  EXPECT_EQ(task.at("priority"), 75);
  EXPECT_TRUE(
    refusal("tasks.retry", {{"task", id}}).starts_with("wrong_status: "));
  EXPECT_TRUE(
    refusal("tasks.retry", {{"task", no_task}}).starts_with("unknown_task: "));
}

TEST_F(order_methods_test, tries_all_again_that_match) {
  for (auto* name : {"a", "b", "a"})
    wait(submit("fail", {{"name", name}}));
  auto again = call("tasks.retry", {{"all", true}, {"name", "a"}});
  EXPECT_EQ(again.at("ids").size(), 2u);
  EXPECT_TRUE(again.at("refused").empty());
}

TEST_F(order_methods_test, says_which_cannot_be_tried_again) {
  auto id = submit("fail");
  wait(id);
  auto again = call("tasks.retry",
                    {{"all", true},
                     {"limits", {{"attempt_seconds", 1}, {"total_seconds", 1}}},
                     {"retry", {{"factor", 0.5}}}});
  EXPECT_TRUE(again.at("ids").empty());
  ASSERT_EQ(again.at("refused").size(), 1u);
  EXPECT_EQ(again["refused"][0].at("task"), id);
  EXPECT_EQ(again["refused"][0].at("error").at("code"), "invalid_argument");
}

TEST_F(order_methods_test, wants_to_know_what_to_try_again) {
  EXPECT_EQ(refusal("tasks.retry"),
            "invalid_argument: 'task' or 'all' says which are meant, and not "
            "both");
  EXPECT_EQ(refusal("tasks.retry", {{"task", no_task}, {"queue", "slow"}}),
            "invalid_argument: 'queue' goes with 'all'");
}

TEST_F(order_methods_test, lists_questions_and_answers_them) {
  EXPECT_TRUE(call("inputs.list").at("inputs").empty());
  auto id = submit("ask");
  await_event("task_input_required");
  auto inputs = call("inputs.list", {{"limit", 5}}).at("inputs");
  ASSERT_EQ(inputs.size(), 1u);
  EXPECT_EQ(inputs[0].at("task"), id);
  EXPECT_EQ(inputs[0].at("prompt"), "which one?");
  EXPECT_EQ(inputs[0].at("schema"), (json{{"type", "integer"}}));
  EXPECT_TRUE(refusal("tasks.provide_input", {{"task", id}, {"answer", "x"}})
                .starts_with("invalid_argument: "));
  EXPECT_EQ(refusal("tasks.provide_input", {{"task", id}}),
            "invalid_argument: 'answer' is missing");
  call("tasks.provide_input", {{"task", id}, {"answer", 7}, {"by", "ann"}});
  EXPECT_EQ(wait(id).at("result"), 7);
  EXPECT_TRUE(refusal("tasks.provide_input", {{"task", id}, {"answer", 7}})
                .starts_with("wrong_status: "));
}

} // namespace troupe::test
