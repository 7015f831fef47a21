#include "cli/client_arguments.hpp"

#include "cli/options.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace troupe::cli {

namespace {

using core::json;
using strings = std::vector<std::string>;

/// Every test says where the manager is.
command_line parse(strings arguments) {
  arguments.insert(arguments.end(), {"--at", "house:7700"});
  return parse_command_line(arguments);
}

client_options read_client(const strings& arguments) {
  auto line = parse(arguments);
  if (auto error = std::get_if<usage_error>(&line)) {
    for (auto& x : error->messages)
      ADD_FAILURE() << x;
    return {};
  }
  return std::get<client_options>(line);
}

strings wrong_client(const strings& arguments) {
  auto line = parse(arguments);
  auto error = std::get_if<usage_error>(&line);
  return error ? error->messages : strings{};
}

} // namespace

TEST(client_arguments_test, read_where_the_manager_is) {
  auto x = read_client({"stats", "--ca", "c", "--cert", "d", "--key", "e",
                        "--secret-file", "f", "--as", "me", "--insecure",
                        "--json", "--color", "never"});
  EXPECT_EQ(x.action, client_action::stats);
  EXPECT_EQ(x.at.at, "house:7700");
  EXPECT_EQ(x.at.ca, "c");
  EXPECT_EQ(x.at.certificate, "d");
  EXPECT_EQ(x.at.key, "e");
  EXPECT_EQ(x.at.secret_file, "f");
  EXPECT_EQ(x.at.name, "me");
  EXPECT_TRUE(x.at.is_insecure);
  EXPECT_TRUE(x.is_json);
  EXPECT_EQ(x.color, color_mode::never);
}

TEST(client_arguments_test, take_from_the_environment_what_is_not_given) {
  ::setenv("TROUPE_AT", "there:1", 1);
  ::setenv("TROUPE_CA", "ca.pem", 1);
  auto line = parse_command_line({"list"});
  ::unsetenv("TROUPE_CA");
  ASSERT_TRUE(std::holds_alternative<client_options>(line));
  EXPECT_EQ(std::get<client_options>(line).at.at, "there:1");
  EXPECT_EQ(std::get<client_options>(line).at.ca, "ca.pem");
  EXPECT_EQ(read_client({"list"}).at.at, "house:7700");
  ::unsetenv("TROUPE_AT");
  line = parse_command_line({"list"});
  ASSERT_TRUE(std::holds_alternative<usage_error>(line));
  EXPECT_EQ(std::get<usage_error>(line).messages,
            strings{"--at HOST:PORT, or the variable TROUPE_AT, has to say "
                    "where the manager listens"});
  EXPECT_EQ(std::get<usage_error>(line).command, "list");
}

TEST(client_arguments_test, read_filters_as_arguments_of_the_call) {
  auto x = read_client({"list", "--status", "failed", "--queue", "q", "--owner",
                        "o", "--tag", "t", "--name", "n", "--parent", "p",
                        "--after", "a", "--limit", "7", "--journal"});
  EXPECT_EQ(x.arguments, (json{{"status", "failed"},
                               {"queue", "q"},
                               {"owner", "o"},
                               {"tag", "t"},
                               {"name", "n"},
                               {"parent", "p"},
                               {"after", "a"},
                               {"limit", 7},
                               {"journal", true}}));
}

TEST(client_arguments_test, read_tasks) {
  for (auto& [name, action] :
       std::vector<std::pair<std::string, client_action>>{
         {"get", client_action::get},
         {"watch", client_action::watch},
         {"cancel", client_action::cancel},
         {"pause", client_action::pause},
         {"resume", client_action::resume},
         {"retry", client_action::retry},
         {"explain", client_action::explain}}) {
    auto x = read_client({name, "a", "b"});
    EXPECT_EQ(x.action, action);
    EXPECT_EQ(x.tasks, (strings{"a", "b"}));
  }
  auto x = read_client({"priority", "a", "high"});
  EXPECT_EQ(x.tasks, strings{"a"});
  EXPECT_EQ(x.arguments, (json{{"priority", "high"}}));
  x = read_client({"input", "a", R"({"n":1})"});
  EXPECT_EQ(x.tasks, strings{"a"});
  EXPECT_EQ(x.arguments, (json{{"answer", {{"n", 1}}}}));
  EXPECT_EQ(read_client({"watch", "--from", "3"}).arguments,
            (json{{"from", 3}}));
}

TEST(client_arguments_test, read_what_is_to_be_done_to_what) {
  auto x = read_client({"queues", "pause", "slow"});
  EXPECT_EQ(x.action, client_action::queues);
  EXPECT_EQ(x.verb, "pause");
  EXPECT_EQ(x.subject, "slow");
  x = read_client({"agents", "remove", "a", "--at-once", "--timeout", "5s"});
  EXPECT_EQ(x.arguments, (json{{"at_once", true}, {"timeout_seconds", "5s"}}));
  EXPECT_TRUE(read_client({"circuits"}).verb.empty());
  EXPECT_EQ(read_client({"nodes", "drain", "n"}).subject, "n");
  EXPECT_EQ(read_client({"schedules", "pause", "s"}).verb, "pause");
  EXPECT_EQ(read_client({"drain", "--timeout", "1m"}).arguments,
            (json{{"timeout_seconds", "1m"}}));
}

TEST(client_arguments_test, read_a_pipeline_to_be_submitted) {
  auto x = read_client({"submit", "--set", "a=b", "f.yaml", "--set", "c="});
  EXPECT_EQ(x.file, "f.yaml");
  EXPECT_EQ(x.settings, (variable_settings{{"a", "b"}, {"c", ""}}));
  EXPECT_FALSE(x.is_waiting);
  EXPECT_TRUE(read_client({"submit", "-", "--wait"}).is_waiting);
  EXPECT_EQ(read_client({"submit", "-"}).file, "-");
  EXPECT_TRUE(read_client({"submit", "f", "--watch"}).is_waiting);
  EXPECT_TRUE(read_client({"submit", "f", "--report", "r"}).is_waiting);
}

TEST(client_arguments_test, read_a_task_to_be_submitted) {
  auto x = read_client(
    {"submit", "--capability", "a",  "--capability",     "b",    "--parameters",
     "[1]",    "--name",       "n",  "--priority",       "high", "--queue",
     "q",      "--owner",      "o",  "--submission-key", "k",    "--tag",
     "t",      "--timeout",    "5s", "--retries",        "2"});
  EXPECT_EQ(x.arguments, (json{{"capabilities", {"a", "b"}},
                               {"parameters", {1}},
                               {"name", "n"},
                               {"priority", "high"},
                               {"queue", "q"},
                               {"owner", "o"},
                               {"submission_key", "k"},
                               {"tags", {"t"}},
                               {"limits", {{"attempt_seconds", "5s"}}},
                               {"retry", {{"max_retries", 2}}}}));
  EXPECT_EQ(read_client({"submit", "--capability", "a"}).arguments.at("name"),
            "a");
}

TEST(client_arguments_test, say_what_is_wrong) {
  EXPECT_EQ(wrong_client({"submit"}),
            strings{"submit needs either a FILE or --capability NAME"});
  EXPECT_EQ(wrong_client({"submit", "f", "--capability", "c"}),
            strings{"submit needs either a FILE or --capability NAME"});
  EXPECT_EQ(wrong_client({"submit", "f", "--queue", "q"}),
            strings{"what the task is like goes with --capability; a FILE "
                    "says it itself"});
  EXPECT_EQ(wrong_client({"submit", "--capability", "c", "--set", "a=b"}),
            strings{"--set and --report go with a FILE"});
  EXPECT_EQ(wrong_client({"submit", "f", "--set", "a"}),
            strings{"--set takes NAME=VALUE, not 'a'"});
  EXPECT_TRUE(wrong_client({"submit", "--capability", "c", "--parameters", "{"})
                .at(0)
                .starts_with("--parameters is not JSON: "));
  EXPECT_TRUE(
    wrong_client({"submit", "--capability", "c", "--priority", "urgent"})
      .at(0)
      .starts_with("--priority: 'urgent' is not a priority"));
  EXPECT_EQ(wrong_client({"queues", "puase", "q"}),
            strings{"queues cannot 'puase'; did you mean 'pause'?"});
  EXPECT_EQ(wrong_client({"queues", "pause"}),
            strings{"queues pause needs a NAME"});
  EXPECT_EQ(wrong_client({"retry"}),
            strings{"either TASK or --all says what to try again"});
  EXPECT_EQ(wrong_client({"retry", "a", "--all"}),
            strings{"either TASK or --all says what to try again"});
  EXPECT_EQ(wrong_client({"input", "a"}),
            strings{"an answer is missing after the task"});
  EXPECT_TRUE(wrong_client({"input", "a", "{"})
                .at(0)
                .starts_with("the answer is not JSON: "));
  EXPECT_EQ(wrong_client({"list", "--colour", "x"}).at(0),
            "unknown option '--colour'; did you mean '--color'?");
  EXPECT_EQ(wrong_client({"list", "--color", "x"}),
            strings{"--color cannot be 'x'; valid are 'auto', 'always' and "
                    "'never'"});
  EXPECT_FALSE(wrong_client({"get"}).empty());
}

TEST(client_arguments_test, explain_themselves) {
  auto help = parse_command_line({"help", "queues"});
  ASSERT_TRUE(std::holds_alternative<print_text>(help));
  auto text = std::get<print_text>(help).text;
  EXPECT_NE(text.find("pause, resume, process"), text.npos) << text;
  EXPECT_NE(text.find("--at"), text.npos) << text;
  auto again = parse_command_line({"queues", "--help"});
  EXPECT_EQ(std::get<print_text>(again).text, text);
}

} // namespace troupe::cli
