#include "agents/standard.hpp"
#include "tests/cli/managed.hpp"
#include "tests/support/temporary_directory.hpp"

#include <csignal>
#include <fstream>

namespace troupe::cli {

namespace {

using core::json;

class client_submit_test : public testing::managed {
protected:
  client_submit_test() {
    for (auto& agent : agents::standard_agents())
      EXPECT_TRUE(troupe_.add_agent(agent));
  }

  std::string write(const std::string& text) {
    auto path = directory_.path("p.yaml");
    std::ofstream{path} << text;
    return path;
  }

  client_options options(const std::string& text) {
    client_options result;
    result.action = client_action::submit;
    result.file = write(text);
    return result;
  }

  test::temporary_directory directory_;
};

constexpr auto two_tasks = "name: two\n"
                           "vars: {what: hello}\n"
                           "tasks:\n"
                           "  say: {argv: [echo, '${vars.what}']}\n"
                           "  again: {needs: say, argv: [echo, "
                           "'${say.result.stdout}']}\n";

} // namespace

TEST_F(client_submit_test, a_file_is_submitted_as_one_graph) {
  EXPECT_EQ(run(options(two_tasks)), 0) << err;
  EXPECT_TRUE(out.starts_with("submitted 2 tasks of 'two'\nid  ")) << out;
  auto tasks = list("tasks", "tasks.list");
  ASSERT_EQ(tasks.size(), 2u);
  EXPECT_EQ(tasks[0].at("owner"), "ann");
  wait(tasks[1].at("id"));
}

TEST_F(client_submit_test, a_file_is_waited_for) {
  auto wanted = options(two_tasks);
  wanted.is_waiting = true;
  wanted.settings = {{"what", "bye"}};
  wanted.report = directory_.path("report.json");
  EXPECT_EQ(run(wanted), 0) << err;
  EXPECT_NE(out.find("2 tasks: 2 completed"), out.npos) << out;
  auto report = json::parse(std::ifstream{wanted.report});
  EXPECT_EQ(report.at("outcome"), "completed");
  EXPECT_EQ(report.at("tasks").at(0).at("result").at("stdout"), "bye\n");
}

TEST_F(client_submit_test, a_file_whose_tasks_fail_is_a_failure) {
  auto wanted = options("tasks: {bad: {argv: ['false']}}");
  wanted.is_waiting = true;
  EXPECT_EQ(run(wanted), 1);
  EXPECT_NE(out.find("1 failed"), out.npos) << out;
  wanted.is_json = true;
  EXPECT_EQ(run(wanted), 1);
  EXPECT_EQ(json::parse(out).at("outcome"), "failed");
}

TEST_F(client_submit_test, who_is_interrupted_leaves_the_tasks_to_the_manager) {
  console_.interruption = [] {
    return SIGINT;
  };
  auto wanted = options("tasks: {t: {argv: ['true']}}");
  wanted.is_waiting = true;
  EXPECT_EQ(run(wanted), 128 + SIGINT);
  EXPECT_NE(err.find("the tasks go on"), err.npos) << err;
  auto tasks = list("tasks", "tasks.list");
  ASSERT_EQ(tasks.size(), 1u);
  EXPECT_EQ(wait(tasks[0].at("id")).at("status"), "completed");
}

TEST_F(client_submit_test, a_file_with_mistakes_is_not_submitted) {
  EXPECT_EQ(run(options("tasks: {t: {rnu: x}}")), 2);
  EXPECT_NE(err.find("p.yaml:1:13: error: unknown key 'rnu'"), err.npos) << err;
  auto missing = options("");
  missing.file = directory_.path("missing.yaml");
  EXPECT_EQ(run(missing), 2);
  EXPECT_NE(err.find("cannot read"), err.npos) << err;
  EXPECT_TRUE(call("tasks.list").at("tasks").empty());
}

TEST_F(client_submit_test, a_queue_that_the_manager_has_not_is_refused) {
  EXPECT_EQ(run(options("queues: {q: }\n"
                        "tasks: {t: {argv: [x], queue: q}}")),
            1);
  EXPECT_TRUE(err.starts_with("troupe: unknown_queue: ")) << err;
}

TEST_F(client_submit_test, one_task_is_submitted) {
  json task{{"name", "job"}, {"capabilities", {"echo"}}, {"parameters", 7}};
  EXPECT_EQ(run(client_action::submit, {}, task), 0);
  EXPECT_TRUE(out.starts_with("submitted ")) << out;
  client_options wanted;
  wanted.action = client_action::submit;
  wanted.arguments = task;
  wanted.is_waiting = true;
  EXPECT_EQ(run(wanted), 0);
  EXPECT_NE(out.find("result\n7\n"), out.npos) << out;
  wanted.is_json = true;
  EXPECT_EQ(run(wanted), 0);
  EXPECT_EQ(json::parse(out).at("result"), 7);
}

TEST_F(client_submit_test, one_task_is_watched) {
  client_options wanted;
  wanted.action = client_action::submit;
  wanted.arguments = {{"name", "job"},
                      {"capabilities", {"fail"}},
                      {"retry", {{"max_retries", 0}}}};
  wanted.is_waiting = true;
  wanted.is_watching = true;
  EXPECT_EQ(run(wanted), 1);
  EXPECT_NE(out.find("why           handler_failed: no luck\n"), out.npos)
    << out;
}

TEST_F(client_submit_test, says_what_was_there_already) {
  json task{
    {"name", "job"}, {"capabilities", {"wait"}}, {"submission_key", "k"}};
  EXPECT_EQ(run(client_action::submit, {}, task), 0);
  EXPECT_EQ(run(client_action::submit, {}, task), 0);
  EXPECT_TRUE(out.starts_with("was there already: ")) << out;
  EXPECT_EQ(run(client_action::submit, {}, {{"name", "job"}}), 2);
  EXPECT_TRUE(err.starts_with("troupe: invalid_argument: ")) << err;
}

} // namespace troupe::cli
