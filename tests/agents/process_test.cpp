#include "agents/process.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

using namespace troupe::agents;
using troupe::test::temporary_directory;
using namespace std::chrono_literals;
using troupe::core::ec;
using troupe::core::error;
using troupe::core::json;

namespace {

json result_of(const json& parameters) {
  auto result = run_process(parameters);
  EXPECT_TRUE(result) << result.error().message;
  return result ? result->value() : json{};
}

error run_failure(const json& parameters) {
  auto result = run_process(parameters);
  EXPECT_FALSE(result) << result->dump();
  return result ? error{} : result.error();
}

} // namespace

TEST(process_test, tells_all_about_a_run) {
  auto result = result_of({{"argv", {"printf", "%s", "hello"}}});
  EXPECT_GT(result["duration_ms"].get<double>(), 0);
  EXPECT_GT(result["memory_max"], 0);
  EXPECT_GE(result["cpu_ms"].get<double>(), 0);
  for (auto* name : {"duration_ms", "cpu_ms", "memory_max"})
    result.erase(name);
  EXPECT_EQ(result, json({{"exit_code", 0},
                          {"signal", nullptr},
                          {"stdout", "hello"},
                          {"stderr", ""},
                          {"stdout_is_text", true},
                          {"stderr_is_text", true},
                          {"stdout_truncated", false},
                          {"stderr_truncated", false}}));
}

TEST(process_test, uses_a_shell_only_if_asked) {
  EXPECT_EQ(result_of({{"argv", {"echo", "$HOME"}}})["stdout"], "$HOME\n");
  EXPECT_EQ(result_of({{"shell", "echo $((1 + 2))"}})["stdout"], "3\n");
}

TEST(process_test, hands_on_all_circumstances) {
  auto result = result_of({{"shell", "pwd; cat; echo $A $B $C"},
                           {"stdin", "in\n"},
                           {"cwd", "/"},
                           {"env", {{"A", "a"}, {"B", 2}, {"C", nullptr}}},
                           {"clear_env", true}});
  EXPECT_EQ(result["stdout"], "/\nin\na 2\n");
}

TEST(process_test, all_parameters_become_options) {
  auto options = subprocess_options_of({{"argv", {"x", 1, json::array({"y"})}},
                                        {"env", {{"A", nullptr}}},
                                        {"clear_env", true},
                                        {"cwd", "/tmp"},
                                        {"stdin", ""},
                                        {"capture_max", 5},
                                        {"grace", "3s"},
                                        {"cpu_max", "4s"},
                                        {"memory_max", 6},
                                        {"open_files_max", 7},
                                        {"file_size_max", 8},
                                        {"processes_max", 10},
                                        {"output_max", 9}});
  EXPECT_EQ(options.argv, (std::vector<std::string>{"x", "1", "y"}));
  EXPECT_EQ(options.env.at("A"), std::nullopt);
  EXPECT_TRUE(options.clear_env);
  EXPECT_EQ(options.cwd, "/tmp");
  EXPECT_EQ(options.input, "");
  EXPECT_EQ(options.capture_max, 5U);
  EXPECT_EQ(options.grace, 3s);
  EXPECT_EQ(options.limits.cpu_time, 4s);
  EXPECT_EQ(options.limits.memory, 6U);
  EXPECT_EQ(options.limits.open_files, 7U);
  EXPECT_EQ(options.limits.file_size, 8U);
  EXPECT_EQ(options.limits.processes, 10U);
  EXPECT_EQ(options.limits.output, 9U);
}

TEST(process_test, parses_json) {
  auto result
    = result_of({{"argv", {"echo", R"({"a": [1, 2]})"}}, {"parse", "json"}});
  EXPECT_EQ(result["json"], json({{"a", {1, 2}}}));
  auto what = run_failure({{"argv", {"echo", "{"}}, {"parse", "json"}});
  EXPECT_EQ(what.code, ec::handler_failed);
  EXPECT_TRUE(what.message.starts_with("what 'echo' wrote is not JSON: "))
    << what.message;
}

TEST(process_test, does_not_parse_half_of_the_json) {
  auto what = run_failure(
    {{"argv", {"echo", "1234"}}, {"parse", "json"}, {"capture_max", 2}});
  EXPECT_EQ(what.message, "'echo' wrote more than 'capture_max' bytes, so it "
                          "cannot be parsed as JSON");
}

TEST(process_test, splits_lines) {
  auto result = result_of({{"argv", {"printf", "a\nb\n"}}, {"parse", "lines"}});
  EXPECT_EQ(result["lines"], json({"a", "b"}));
}

TEST(process_test, output_is_made_text) {
  auto result = result_of({{"argv", {"printf", "a\\377b"}}});
  EXPECT_EQ(result["stdout"], "a\xEF\xBF\xBD"
                              "b");
  EXPECT_EQ(result["stdout_is_text"], false);
}

TEST(process_test, cutting_a_character_does_not_make_it_binary) {
  auto result
    = result_of({{"argv", {"printf", "a\\303\\244"}}, {"capture_max", 2}});
  EXPECT_EQ(result["stdout"], "a");
  EXPECT_EQ(result["stdout_is_text"], true);
  EXPECT_EQ(result["stdout_truncated"], true);
}

TEST(process_test, an_exit_code_fails_the_attempt) {
  auto what = run_failure({{"argv", {"sh", "-c", "exit 3"}}});
  EXPECT_EQ(what.code, ec::handler_failed);
  EXPECT_FALSE(what.is_permanent);
  EXPECT_EQ(what.message, "'sh' exited with 3");
}

TEST(process_test, errors_show_the_end_of_stderr) {
  EXPECT_EQ(run_failure({{"shell", "echo oops >&2; exit 3"}}).message,
            "the script 'echo oops >&2; exit 3' exited with 3: oops");
  EXPECT_EQ(
    run_failure({{"shell", "seq 9 >&2\nexit 1"}, {"capture_max", 0}}).message,
    "the script 'seq 9 >&2...' exited with 1: 5\n6\n7\n8\n9");
}

TEST(process_test, a_signal_fails_the_attempt) {
  EXPECT_EQ(run_failure({{"shell", "kill -9 $$"}}).message,
            "the script 'kill -9 $$' was ended by SIGKILL");
}

TEST(process_test, exit_codes_can_be_expected) {
  json parameters{{"shell", "exit 1"}, {"expect_exit", {0, 1}}};
  EXPECT_EQ(result_of(parameters)["exit_code"], 1);
  parameters["shell"] = "exit 2";
  EXPECT_EQ(run_failure(parameters).message,
            "the script 'exit 2' exited with 2");
  parameters = {{"shell", "exit 0"}, {"expect_exit", {1}}};
  EXPECT_EQ(run_failure(parameters).message,
            "the script 'exit 0' exited with 0");
}

TEST(process_test, without_check_all_ends_are_results) {
  json parameters{{"shell", "exit 2"}, {"check", false}};
  EXPECT_EQ(result_of(parameters)["exit_code"], 2);
  parameters["shell"] = "kill -9 $$";
  auto result = result_of(parameters);
  EXPECT_EQ(result["exit_code"], nullptr);
  EXPECT_EQ(result["signal"], "SIGKILL");
}

TEST(process_test, what_cannot_be_started_fails_also_without_check) {
  auto what = run_failure({{"argv", {"/no/such"}}, {"check", false}});
  EXPECT_EQ(what.message, "cannot run '/no/such': No such file or directory");
}

TEST(process_test, names_all_wrong_parameters) {
  auto what = run_failure({{"argv", "ls"}, {"evn", {{"A", "b"}}}});
  EXPECT_EQ(what.code, ec::invalid_argument);
  EXPECT_TRUE(what.is_permanent);
  EXPECT_EQ(what.message, "'argv' must be a list of strings, not string; "
                          "process.run has no parameter 'evn' (did you mean "
                          "'env'?)");
}

TEST(process_test, running_out_of_time_is_an_error_of_its_own) {
  auto result = run_process({{"shell", "echo busy >&2; sleep 300"}}, {}, 50ms);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ec::timeout);
  EXPECT_TRUE(result.error().message.ends_with(
    ", out of time, and was ended by SIGTERM: busy"))
    << result.error().message;
}

TEST(process_test, being_stopped_is_one_too) {
  std::stop_source stop;
  stop.request_stop();
  auto result = run_process({{"argv", {"true"}}}, stop.get_token());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ec::cancelled);
}

// -- limits -------------------------------------------------------------------

TEST(process_test, using_too_much_processor_time_is_an_error_of_its_own) {
  auto why = run_failure({{"shell", "while :; do :; done"}, {"cpu_max", 1}});
  EXPECT_EQ(why.code, ec::limit_exceeded);
  EXPECT_NE(why.message.find("used more than the 1s of processor time of "
                             "'cpu_max'"),
            std::string::npos)
    << why.message;
}

TEST(process_test, who_ignores_the_signal_is_killed_for_it) {
  auto why = run_failure(
    {{"shell", "trap '' XCPU; while :; do :; done"}, {"cpu_max", 1}});
  EXPECT_EQ(why.code, ec::limit_exceeded);
  EXPECT_NE(why.message.find("'cpu_max'"), std::string::npos) << why.message;
}

TEST(process_test, a_limit_of_the_shells_last_command_is_seen_as_well) {
  auto why = run_failure(
    {{"shell", "sh -c 'while :; do :; done'; exit $?"}, {"cpu_max", 1}});
  EXPECT_EQ(why.code, ec::limit_exceeded);
}

TEST(process_test, writing_too_large_a_file_is_an_error_of_its_own) {
  temporary_directory dir;
  auto path = dir.path("large");
  auto why = run_failure(
    {{"argv", {"dd", "if=/dev/zero", "of=" + path, "bs=1k", "count=100"}},
     {"file_size_max", 10'000},
     {"check", false}});
  EXPECT_EQ(why.code, ec::limit_exceeded);
  EXPECT_EQ(std::filesystem::file_size(path), 10'000U);
}

TEST(process_test, writing_too_much_is_an_error_of_its_own) {
  auto why = run_failure({{"argv", {"yes"}}, {"output_max", 100'000}});
  EXPECT_EQ(why.code, ec::limit_exceeded);
  EXPECT_EQ(why.message, "'yes' was stopped: it wrote more than the 100000 "
                         "bytes of 'output_max'");
  EXPECT_EQ(result_of({{"argv", {"echo", "ab"}}, {"output_max", 3}})["stdout"],
            "ab\n");
}

TEST(process_test, memory_has_a_bound) {
  json command{
    {"argv", {"dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=1"}}};
  EXPECT_EQ(result_of(command)["exit_code"], 0);
  command["memory_max"] = 100'000'000;
  auto why = run_failure(command);
  EXPECT_EQ(why.code, ec::handler_failed);
  EXPECT_NE(why.message.find("(it had a 'memory_max' of 100000000 bytes)"),
            std::string::npos)
    << why.message;
}

TEST(process_test, a_program_that_cannot_be_bounded_is_not_started) {
  auto* own = delegated_cgroup::of_this_process();
  if (own != nullptr && own->provide("pids"))
    GTEST_SKIP() << "here it can be";
  auto why = run_failure({{"argv", {"true"}}, {"processes_max", 5}});
  EXPECT_EQ(why.code, ec::handler_failed);
  EXPECT_TRUE(why.is_permanent);
  EXPECT_TRUE(why.message.starts_with("cannot run 'true': its 'processes_max' "
                                      "needs a control group, and "))
    << why.message;
}

TEST(process_test, open_files_have_a_bound) {
  auto script = "for i in 3 4 5 6 7 8 9; do eval \"exec $i</dev/null\"; done";
  EXPECT_EQ(result_of({{"shell", script}})["exit_code"], 0);
  auto why = run_failure({{"shell", script}, {"open_files_max", 6}});
  EXPECT_EQ(why.code, ec::handler_failed);
  EXPECT_NE(why.message.find("'open_files_max' of 6"), std::string::npos)
    << why.message;
}
