#include "agents/standard.hpp"

#include "actors/troupe.hpp"
#include "tests/agents/processes.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

using namespace troupe;
using namespace troupe::agents;
using namespace std::chrono_literals;

namespace {

/// Long enough for any machine; nobody waits for it unless something is broken.
constexpr auto long_time = 30s;

task_spec task(std::string capability, json parameters) {
  task_spec spec;
  spec.name = capability;
  spec.capabilities = {std::move(capability)};
  spec.parameters = std::move(parameters);
  spec.retry.max_retries = 0;
  return spec;
}

/// All agents of this library in a runtime.
class standard_test : public testing::Test {
protected:
  standard_test() {
    for (auto& agent : standard_agents()) {
      auto added = runtime_.add_agent(std::move(agent));
      EXPECT_TRUE(added) << added.error().message;
    }
  }

  task_record end_of(task_spec spec) {
    auto done = runtime_.execute(std::move(spec), long_time);
    if (!done || !done->ended) {
      ADD_FAILURE() << (done ? "it does not end" : done.error().message);
      return {};
    }
    return *done->ended;
  }

  json result_of(task_spec spec) {
    auto record = end_of(std::move(spec));
    EXPECT_EQ(record.status, task_status::completed)
      << (record.failure ? record.failure->message : "");
    return record.result.value();
  }

  test::temporary_directory dir_;
  runtime runtime_;
};

} // namespace

TEST(standard_agents_test, do_all_there_is) {
  std::vector<std::string_view> done;
  auto all = standard_agents({.process_slots = 7});
  for (const auto& agent : all)
    for (const auto& [capability, handler] : agent.handlers())
      done.push_back(capability);
  std::ranges::sort(done);
  std::vector<std::string_view> names;
  for (const auto& capability : standard_capabilities())
    names.push_back(capability.name);
  EXPECT_EQ(done, names);
  EXPECT_EQ(all[0].spec().id, "process");
  EXPECT_EQ(all[0].spec().max_concurrent, 7U);
}

TEST(standard_agents_test, have_a_prefix_if_they_are_to) {
  auto all = standard_agents({.prefix = "east/"});
  EXPECT_EQ(all[0].spec().id, "east/process");
  EXPECT_EQ(all[3].spec().id, "east/timer");
}

TEST(standard_agents_test, can_be_given_to_others) {
  agent_definition agent{"own"};
  EXPECT_TRUE(add_standard(agent, "timer.sleep"));
  EXPECT_TRUE(add_standard(agent, "file.read"));
  EXPECT_FALSE(add_standard(agent, "file.reed"));
  EXPECT_EQ(agent.handlers().size(), 2U);
}

TEST_F(standard_test, each_capability_works) {
  EXPECT_EQ(
    result_of(task("process.run", {{"argv", {"echo", "hi"}}}))["stdout"],
    "hi\n");
  auto path = dir_.path("x");
  EXPECT_EQ(
    result_of(task("file.write", {{"path", path}, {"text", "hello"}}))["bytes"],
    5);
  EXPECT_EQ(result_of(task("file.read", {{"path", path}}))["text"], "hello");
  EXPECT_EQ(result_of(task("file.glob", {{"pattern", path}}))["count"], 1);
  EXPECT_EQ(result_of(task("text.template", {{"template", "{{x}}"},
                                             {"data", {{"x", 1}}}}))["text"],
            "1");
  EXPECT_GE(result_of(task("timer.sleep", {{"seconds", 0.001}}))["slept_ms"],
            1.0);
}

TEST_F(standard_test, programs_know_their_task_and_attempt) {
  auto asked = task("process.run", {{"shell", "echo $TROUPE_TASK "
                                              "$TROUPE_ATTEMPT"}});
  asked.id = runtime_.new_id();
  EXPECT_EQ(result_of(asked)["stdout"], core::to_string(asked.id) + " 1\n");
  EXPECT_EQ(result_of(task("process.run",
                           {{"shell", "echo $TROUPE_ATTEMPT"},
                            {"env", {{"TROUPE_ATTEMPT", "own"}}}}))["stdout"],
            "own\n");
}

TEST_F(standard_test, results_are_passed_on) {
  auto first = task("process.run", {{"argv", {"echo", "1", "2"}}});
  first.id = runtime_.new_id();
  first.name = "first";
  auto second = task("process.run",
                     {{"argv", {"cat"}}, {"stdin", "${first.result.stdout}"}});
  second.id = runtime_.new_id();
  second.dependencies = {{.task = first.id}};
  ASSERT_TRUE(runtime_.submit({first, second}));
  auto record = runtime_.wait(second.id, long_time);
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_EQ(record->result.value()["stdout"], "1 2\n");
}

TEST_F(standard_test, failures_say_why) {
  auto record = end_of(task("process.run", {{"shell", "echo no >&2; exit 3"}}));
  EXPECT_EQ(record.status, task_status::failed);
  ASSERT_TRUE(record.failure);
  EXPECT_EQ(record.failure->code, ec::handler_failed);
  EXPECT_EQ(record.failure->message,
            "the script 'echo no >&2; exit 3' exited with 3: no");
}

TEST_F(standard_test, wrong_parameters_fail_once) {
  for (const auto& capability : standard_capabilities()) {
    auto spec = task(std::string{capability.name}, {{"nonsense", 1}});
    spec.retry.max_retries = 3;
    auto record = end_of(std::move(spec));
    EXPECT_EQ(record.status, task_status::failed) << capability.name;
    EXPECT_EQ(record.attempt, 1U) << capability.name;
    ASSERT_TRUE(record.failure) << capability.name;
    EXPECT_EQ(record.failure->code, ec::invalid_argument) << capability.name;
  }
}

TEST_F(standard_test, cancelling_ends_the_program_and_its_children) {
  auto spec = task("process.run", {{"shell", "echo $$ > leader;"
                                             "sleep 300 & echo $! > child;"
                                             "touch ready; wait"},
                                   {"cwd", dir_.path()}});
  auto id = runtime_.submit(std::move(spec));
  ASSERT_TRUE(id);
  test::wait_for_file(dir_.path("ready"));
  auto leader = std::stoi(dir_.read("leader"));
  auto child = std::stoi(dir_.read("child"));
  EXPECT_TRUE(test::is_alive(leader));
  ASSERT_TRUE(runtime_.cancel(*id));
  EXPECT_EQ(runtime_.wait(*id, long_time)->status, task_status::cancelled);
  EXPECT_TRUE(test::ends(leader));
  EXPECT_TRUE(test::ends(child));
}

TEST_F(standard_test, an_attempt_has_its_time_only) {
  auto spec = task("process.run", {{"argv", {"sleep", "300"}}});
  spec.limits.attempt = 50ms;
  auto record = end_of(std::move(spec));
  EXPECT_EQ(record.status, task_status::failed);
  ASSERT_TRUE(record.failure);
  EXPECT_EQ(record.failure->code, ec::timeout);
}

TEST_F(standard_test, stopping_the_runtime_ends_the_programs) {
  auto spec = task("process.run",
                   {{"shell", "echo $$ > leader; touch ready; sleep 300"},
                    {"cwd", dir_.path()}});
  ASSERT_TRUE(runtime_.submit(std::move(spec)));
  test::wait_for_file(dir_.path("ready"));
  auto leader = std::stoi(dir_.read("leader"));
  EXPECT_TRUE(runtime_.stop(stop_mode::cancel, long_time));
  EXPECT_TRUE(test::ends(leader));
}
