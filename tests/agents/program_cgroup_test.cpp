#include "agents/program_cgroup.hpp"

#include "agents/subprocess.hpp"
#include "tests/agents/processes.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <utility>

using namespace troupe::agents;
using namespace troupe::test;
using troupe::core::ec;

namespace {

/// Below a plain directory: what is written to the files stays as it was
/// written, and nobody is killed.
class program_cgroup_test : public ::testing::Test {
protected:
  program_cgroup made(const usage_limits& limits = {}) {
    auto result = program_cgroup::make(parent_, limits);
    EXPECT_TRUE(result) << result.error().message;
    return std::move(result.value());
  }

  std::string read(const program_cgroup& group, const std::string& file) const {
    return dir_.read((group.directory().filename() / file).string());
  }

  static bool has(const program_cgroup& group, const char* file) {
    return std::filesystem::exists(group.directory() / file);
  }

  temporary_directory dir_;
  delegated_cgroup parent_{dir_.path()};
};

/// The kernel's, where this process may make some.
class real_cgroup_test : public ::testing::Test {
protected:
  void SetUp() override {
    if (own_ == nullptr)
      GTEST_SKIP() << "no control group was delegated to this process";
  }

  subprocess_options script(std::string text) const {
    subprocess_options options;
    options.argv = {"/bin/sh", "-c", std::move(text)};
    options.cwd = dir_.path();
    options.cgroup = own_;
    return options;
  }

  /// Groups that this process has made and not removed.
  int left() const {
    int count = 0;
    auto prefix = "troupe-" + std::to_string(::getpid()) + "-";
    for (auto& x : std::filesystem::directory_iterator{own_->directory()})
      count += x.path().filename().string().starts_with(prefix) ? 1 : 0;
    return count;
  }

  delegated_cgroup* own_ = delegated_cgroup::of_this_process();
  temporary_directory dir_;
};

} // namespace

// -- the files ----------------------------------------------------------------

TEST_F(program_cgroup_test, each_is_a_directory_of_its_own) {
  auto a = made();
  auto b = made();
  EXPECT_NE(a.directory(), b.directory());
  EXPECT_EQ(a.directory().parent_path(), dir_.path());
  EXPECT_EQ(::write(a.entry(), "0", 1), 1);
  EXPECT_EQ(read(a, "cgroup.procs"), "0");
  EXPECT_EQ(read(b, "cgroup.procs"), "");
}

TEST_F(program_cgroup_test, bounds_what_it_is_told_to) {
  dir_.add("cgroup.subtree_control", "memory pids");
  usage_limits limits;
  limits.memory = 4096;
  limits.processes = 5;
  auto group = made(limits);
  EXPECT_EQ(read(group, "memory.max"), "4096");
  EXPECT_EQ(read(group, "memory.swap.max"), "0");
  EXPECT_EQ(read(group, "memory.oom.group"), "1");
  EXPECT_EQ(read(group, "pids.max"), "5");
  auto free = made();
  EXPECT_FALSE(has(free, "memory.max"));
  EXPECT_FALSE(has(free, "pids.max"));
}

TEST_F(program_cgroup_test, does_without_the_controller_for_memory) {
  usage_limits limits;
  limits.memory = 4096;
  EXPECT_FALSE(has(made(limits), "memory.max"));
}

TEST_F(program_cgroup_test, is_not_made_if_it_cannot_count_processes) {
  usage_limits limits;
  limits.processes = 5;
  auto group = program_cgroup::make(parent_, limits);
  ASSERT_FALSE(group);
  EXPECT_EQ(group.error().code, ec::system_error);
  EXPECT_EQ(group.error().message, "control groups in '" + dir_.path()
                                     + "' have no controller 'pids'");
}

TEST_F(program_cgroup_test, says_why_it_cannot_be_made) {
  delegated_cgroup nowhere{dir_.path("nowhere")};
  auto group = program_cgroup::make(nowhere, {});
  ASSERT_FALSE(group);
  EXPECT_EQ(group.error().message, "a control group in '" + dir_.path("nowhere")
                                     + "': No such file or directory");
}

TEST_F(program_cgroup_test, kills_at_once_and_at_the_end) {
  auto group = std::optional{made()};
  auto file = (group->directory().filename() / "cgroup.kill").string();
  EXPECT_EQ(dir_.read(file), "");
  group->kill();
  EXPECT_EQ(dir_.read(file), "1");
  group.reset();
  EXPECT_EQ(dir_.read(file), "11");
}

TEST_F(program_cgroup_test, who_was_moved_from_ends_nobody) {
  auto group = std::optional{made()};
  auto file = (group->directory().filename() / "cgroup.kill").string();
  {
    auto moved = std::optional{std::move(*group)};
    group.reset();
    EXPECT_EQ(dir_.read(file), "");
  }
  EXPECT_EQ(dir_.read(file), "1");
}

TEST_F(program_cgroup_test, counts_who_was_killed_for_memory) {
  auto group = made();
  EXPECT_EQ(group.killed_for_memory(), 0U);
  dir_.add((group.directory().filename() / "memory.events").string(),
           "low 1\noom 4\noom_kill 3\noom_group_kill 1\n");
  EXPECT_EQ(group.killed_for_memory(), 3U);
}

// -- the kernel ---------------------------------------------------------------

TEST_F(real_cgroup_test, nobody_survives_the_program) {
  auto options = script("setsid sh -c 'echo $$ > pid; touch ready; exec sleep "
                        "300' & until [ -e ready ]; do :; done");
  auto outcome = run_subprocess(options);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->exit_code, 0);
  EXPECT_FALSE(is_alive(std::stoi(dir_.read("pid"))));
  EXPECT_EQ(left(), 0);
}

TEST_F(real_cgroup_test, nobody_survives_a_stop) {
  auto options = script("setsid sh -c 'trap \"\" TERM; echo $$ > pid; touch "
                        "ready; while :; do sleep 300; done' & wait");
  options.grace = std::chrono::milliseconds{10};
  std::stop_source stop;
  std::jthread stopper{[&] {
    wait_for_file(dir_.path("ready"));
    stop.request_stop();
  }};
  auto outcome = run_subprocess(options, stop.get_token());
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->end, subprocess_end::stopped);
  EXPECT_FALSE(is_alive(std::stoi(dir_.read("pid"))));
  EXPECT_EQ(left(), 0);
}

TEST_F(real_cgroup_test, leaves_no_group_if_there_is_no_program) {
  auto options = script("");
  options.argv = {dir_.add("no_program", "x")};
  EXPECT_FALSE(run_subprocess(options));
  EXPECT_EQ(left(), 0);
}

TEST_F(real_cgroup_test, bounds_how_many_there_are) {
  if (!own_->provide("pids"))
    GTEST_SKIP() << "there is no controller for it";
  auto options = script("sleep 300 & sleep 300 & sleep 300 & exit 0");
  EXPECT_EQ(run_subprocess(options)->exit_code, 0);
  options.limits.processes = 3;
  auto outcome = run_subprocess(options);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_NE(outcome->exit_code, 0);
  EXPECT_NE(outcome->err.bytes.find("fork"), std::string::npos)
    << outcome->err.bytes;
}

TEST_F(real_cgroup_test, bounds_the_memory_of_all_together) {
  if (!own_->provide("memory"))
    GTEST_SKIP() << "there is no controller for it";
  // Each alone has enough.
  auto options = script("for i in 1 2 3 4; do dd if=/dev/zero bs=40M count=1 "
                        "2>/dev/null | (sleep 300) & done; wait");
  options.limits.memory = 100u << 20;
  options.time_limit = std::chrono::seconds{60};
  auto outcome = run_subprocess(options);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->end, subprocess_end::own);
  EXPECT_TRUE(outcome->is_out_of_memory);
}
