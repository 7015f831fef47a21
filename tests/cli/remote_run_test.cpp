#include "cli/remote_run.hpp"

#include "tests/cli/managed.hpp"
#include "tests/cli/runs.hpp"

#include <csignal>

namespace troupe::cli {

namespace {

using core::json;
using testing::fake_channel;
using testing::fake_run;

/// Follows the tasks of a file on a manager that is a function.
class remote_run_test : public ::testing::Test {
protected:
  core::result<followed_run> follow(fake_channel::function answer) {
    fake_channel manager{std::move(answer)};
    client_options options;
    client_console console;
    console.complain = [this](auto text) {
      err += text;
    };
    console.interruption = [this] {
      return signal;
    };
    client_task task{options, manager, console, "ann"};
    auto display = make_display(display_kind::none, "x", core::never,
                                palette{});
    remote_run run{task, told.source, told.tasks, told.model, *display};
    auto accepted = run.submit();
    if (!accepted)
      return core::fail(accepted.error());
    return run.follow();
  }

  json event(const char* kind, const char* task) {
    return {{"kind", kind},
            {"at", "2026-01-31T12:00:00.000Z"},
            {"attempt", 1},
            {"task", core::to_string(told.id_of(task))}};
  }

  json record(const json& arguments, const char* status) {
    json result{{"id", arguments.at("task")},
                {"name", "t"},
                {"capabilities", {"c"}},
                {"status", status}};
    if (status == std::string{"failed"})
      result["error"] = {{"code", "timeout"}, {"message", "late"}};
    return result;
  }

  static json batch(json events, uint64_t next) {
    return {{"events", std::move(events)}, {"next", next}, {"log", "a"}};
  }

  fake_run told{"tasks: {a: {argv: [x]}, b: {needs: a, argv: [y]}}"};
  std::string err;
  int signal = 0;
};

} // namespace

TEST_F(remote_run_test, follows_all_tasks_to_their_ends) {
  auto reads = 0;
  json submitted;
  auto run = follow([&](auto method, auto& arguments) -> core::result<json> {
    if (method == "tasks.submit") {
      submitted = arguments;
      return json::object();
    }
    if (method == "tasks.get")
      return record(arguments, "completed");
    switch (++reads) {
      case 1:
        return batch(json::array(), 5);
      case 2:
        return batch({event("task_completed", "a"), {{"kind", "new_kind"}}}, 7);
      default:
        return batch({event("task_completed", "b")}, 8);
    }
  });
  ASSERT_TRUE(run);
  EXPECT_EQ(submitted.at("by"), "ann");
  EXPECT_EQ(submitted.at("tasks").size(), 2u);
  EXPECT_EQ(submitted["tasks"][1].at("dependencies").at(0).at("task"),
            core::to_string(told.id_of("a")));
  EXPECT_EQ(run->signal, 0);
  EXPECT_FALSE(run->outcome.has_failed());
  EXPECT_EQ(run->outcome.tasks.size(), 2u);
  EXPECT_EQ(run->outcome.records.size(), 2u);
}

TEST_F(remote_run_test, asks_for_what_it_has_missed) {
  auto reads = 0;
  auto run = follow([&](auto method, auto& arguments) -> core::result<json> {
    if (method == "tasks.get")
      return record(arguments, "failed");
    if (method == "tasks.submit")
      return json::object();
    if (++reads == 2)
      return core::fail(core::ec::unavailable, "gone");
    auto result = batch(json::array(), 1);
    if (reads == 3)
      result["is_other_log"] = true;
    return result;
  });
  ASSERT_TRUE(run);
  EXPECT_TRUE(run->outcome.has_failed());
  EXPECT_EQ(run->outcome.tasks[0].error, "late");
  EXPECT_NE(err.find("trying again"), err.npos);
}

TEST_F(remote_run_test, leaves_off_when_interrupted) {
  signal = SIGTERM;
  auto run = follow([&](auto method, auto& arguments) -> core::result<json> {
    if (method == "tasks.get")
      return record(arguments, "running");
    return batch(json::array(), 1);
  });
  ASSERT_TRUE(run);
  EXPECT_EQ(run->signal, SIGTERM);
  EXPECT_EQ(run->outcome.end, run_end::interrupted);
  EXPECT_EQ(run->outcome.tasks[0].status, "running");
}

TEST_F(remote_run_test, says_why_nothing_was_accepted) {
  auto run = follow([&](auto method, auto&) -> core::result<json> {
    if (method == "tasks.submit")
      return core::fail(core::ec::queue_full, "full");
    return batch(json::array(), 1);
  });
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code, core::ec::queue_full);
}

TEST_F(remote_run_test, submits_once_to_a_manager_that_goes_away) {
  auto asked = 0;
  std::vector<json> submitted;
  auto run = follow([&](auto method, auto& arguments) -> core::result<json> {
    if (method == "tasks.get")
      return record(arguments, "completed");
    if (method != "tasks.submit") {
      auto result = batch(json::array(), 1);
      result["is_other_log"] = asked > 0;
      return result;
    }
    submitted.push_back(arguments);
    if (++asked < 3)
      return core::fail(core::ec::unavailable, "gone");
    // The first one had got that far.
    return core::fail(core::ec::duplicate, "there is one");
  });
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(submitted[0], submitted[2]);
  EXPECT_FALSE(run->outcome.has_failed());
  EXPECT_NE(err.find("gone; trying again"), err.npos) << err;
}

TEST_F(remote_run_test, takes_a_duplicate_of_others_for_a_mistake) {
  auto run = follow([&](auto method, auto&) -> core::result<json> {
    if (method == "tasks.submit")
      return core::fail(core::ec::duplicate, "there is one");
    return batch(json::array(), 1);
  });
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code, core::ec::duplicate);
}

TEST_F(remote_run_test, does_not_wait_for_ever_for_a_manager) {
  auto asked = 0;
  auto run = follow([&](auto method, auto&) -> core::result<json> {
    if (method != "tasks.submit")
      return batch(json::array(), 1);
    ++asked;
    return core::fail(core::ec::unavailable, "gone");
  });
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code, core::ec::unavailable);
  EXPECT_EQ(asked, 61);
}

TEST_F(remote_run_test, says_when_the_manager_forgot_a_task) {
  auto run = follow([&](auto method, auto&) -> core::result<json> {
    if (method == "tasks.get")
      return core::fail(core::ec::unknown_task, "no such task");
    auto result = batch(json::array(), 1);
    result["lost"] = 3;
    return result;
  });
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code, core::ec::unknown_task);
}

} // namespace troupe::cli
