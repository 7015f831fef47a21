#include "tests/cli/managed.hpp"

namespace troupe::cli {

namespace {

using core::json;
using client_tasks_test = testing::managed;

/// Ids of this test's tasks are all different in their last digits.
std::string line_with(const std::string& text, const std::string& part) {
  auto at = text.find(part);
  if (at == text.npos)
    return "";
  auto begin = text.rfind('\n', at);
  begin = begin == text.npos ? 0 : begin + 1;
  return text.substr(begin, text.find('\n', at) - begin);
}

} // namespace

TEST_F(client_tasks_test, get_shows_all_of_a_task) {
  auto id = submit("echo", {{"parameters", {{"n", 1}}}, {"tags", {"red"}}});
  wait(id);
  EXPECT_EQ(run(client_action::get, {id}), 0);
  EXPECT_TRUE(out.starts_with("task          echo\nid            " + id
                              + "\nstatus        completed\n"))
    << out;
  EXPECT_NE(out.find("tags          red\n"), out.npos) << out;
  EXPECT_NE(out.find("result\n{\n  \"n\": 1\n}\n"), out.npos) << out;
  EXPECT_EQ(run_json(client_action::get, {id}).at("id"), id);
}

TEST_F(client_tasks_test, get_says_which_are_not_there) {
  auto id = submit("wait");
  EXPECT_EQ(run(client_action::get, {test::no_task, id}), 1);
  EXPECT_TRUE(err.starts_with("troupe: unknown_task: ")) << err;
  EXPECT_NE(out.find(id), out.npos);
}

TEST_F(client_tasks_test, list_makes_a_table) {
  auto a = submit("work", {{"name", "a"}});
  wait(a);
  auto b = submit("wait", {{"name", "b"}, {"priority", "high"}});
  EXPECT_EQ(run(client_action::list), 0);
  EXPECT_TRUE(out.starts_with("id                                    task"))
    << out;
  auto row = line_with(out, a);
  EXPECT_NE(row.find("a     completed"), row.npos) << row;
  row = line_with(out, b);
  EXPECT_NE(row.find("pending (queued)"), row.npos) << row;
  EXPECT_NE(row.find(" 75 "), row.npos) << row;
  EXPECT_EQ(run(client_action::list, {}, {{"status", "failed"}}), 0);
  EXPECT_EQ(out, "no tasks\n");
  EXPECT_EQ(run_json(client_action::list).at("tasks").size(), 2u);
}

TEST_F(client_tasks_test, list_says_when_there_are_more) {
  std::vector<std::string> ids;
  for (auto i = 0; i < 3; ++i)
    ids.push_back(submit("wait"));
  EXPECT_EQ(run(client_action::list, {}, {{"limit", 2}}), 0);
  EXPECT_TRUE(out.ends_with("There are more: --after " + ids[1] + "\n")) << out;
  EXPECT_EQ(run(client_action::list, {}, {{"limit", 0}}), 0);
  EXPECT_EQ(out.find("There are more"), out.npos);
  EXPECT_EQ(run(client_action::list, {}, {{"status", "done"}}), 2);
  EXPECT_TRUE(err.starts_with("troupe: invalid_argument: 'status' cannot be "
                              "'done'"))
    << err;
}

TEST_F(client_tasks_test, list_goes_on_from_page_to_page) {
  auto calls = 0;
  testing::fake_channel pages{[&](auto, auto& arguments) -> json {
    ++calls;
    auto list = json::array();
    for (uint64_t i = 0; i < arguments.at("limit"); ++i)
      list.push_back({{"id", "x"}});
    return {{"tasks", list}, {"next", "x"}};
  }};
  manager_ = &pages;
  EXPECT_EQ(
    run_json(client_action::list, {}, {{"limit", 2500}}).at("tasks").size(),
    2500u);
  EXPECT_EQ(calls, 3);
}

TEST_F(client_tasks_test, orders_say_what_they_did) {
  auto id = submit("wait");
  EXPECT_EQ(run(client_action::pause, {id}), 0);
  EXPECT_EQ(out, "paused " + id + "\n");
  EXPECT_EQ(run(client_action::resume, {id}), 0);
  EXPECT_EQ(out, "resumed " + id + "\n");
  EXPECT_EQ(run(client_action::priority, {id}, {{"priority", "7"}}), 0);
  EXPECT_EQ(out, "set the priority of " + id + "\n");
  EXPECT_EQ(call("tasks.get", {{"task", id}}).at("priority"), 7);
  EXPECT_EQ(run(client_action::cancel, {id}), 0);
  EXPECT_EQ(out, "cancelled " + id + "\n");
  EXPECT_EQ(run(client_action::cancel, {id}), 1);
  EXPECT_TRUE(err.starts_with("troupe: wrong_status: ")) << err;
  EXPECT_EQ(call("audit.list", {{"who", "ann"}}).at("entries").size(), 4u);
}

TEST_F(client_tasks_test, explain_says_a_sentence) {
  auto id = submit("wait");
  EXPECT_EQ(run(client_action::explain, {id}), 0);
  EXPECT_EQ(
    out,
    call("tasks.explain", {{"task", id}}).at("explanation").get<std::string>()
      + "\n");
}

TEST_F(client_tasks_test, retry_submits_dead_letters_again) {
  auto id = submit("fail");
  wait(id);
  EXPECT_EQ(run(client_action::retry, {id}), 0);
  EXPECT_TRUE(out.starts_with("submitted " + id + " again, as ")) << out;
  auto again = out.substr(out.rfind(' ') + 1);
  again.pop_back();
  wait(again);
  EXPECT_EQ(run(client_action::retry, {}, {{"all", true}}), 0);
  EXPECT_EQ(out, "submitted 1 task again\n");
  EXPECT_EQ(run(client_action::retry, {}, {{"all", true}, {"name", "x"}}), 0);
  EXPECT_EQ(out, "submitted 0 tasks again\n");
}

TEST_F(client_tasks_test, retry_says_what_was_refused) {
  auto id = submit("fail");
  wait(id);
  EXPECT_EQ(run(client_action::retry, {},
                {{"all", true}, {"retry", {{"factor", 0.5}}}}),
            1);
  EXPECT_EQ(out, "submitted 0 tasks again\n");
  EXPECT_TRUE(err.starts_with("troupe: " + id + ": invalid_argument: ")) << err;
}

TEST_F(client_tasks_test, input_lists_questions_and_answers_one) {
  EXPECT_EQ(run(client_action::input), 0);
  EXPECT_EQ(out, "no task asks anything\n");
  auto id = submit("ask");
  await_event("task_input_required");
  EXPECT_EQ(run(client_action::input), 0);
  EXPECT_NE(out.find("asks          which one?\n"), out.npos) << out;
  EXPECT_NE(out.find("takes         {\"type\":\"integer\"}\n"), out.npos)
    << out;
  EXPECT_EQ(run(client_action::input, {id}, {{"answer", "x"}}), 2);
  EXPECT_EQ(run(client_action::input, {id}, {{"answer", 7}}), 0);
  EXPECT_EQ(out, "answered " + id + "\n");
  EXPECT_EQ(wait(id).at("result"), 7);
}

} // namespace troupe::cli
