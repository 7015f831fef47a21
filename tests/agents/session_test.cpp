#include "agents/session.hpp"

#include "agents/spawn.hpp"
#include "tests/agents/processes.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <string>

using namespace troupe::agents;
using namespace troupe::test;

TEST(session_test, reaches_all_groups_of_the_session_and_nobody_else) {
  temporary_directory dir;
  subprocess_options options;
  // timeout(1) moves to a group of its own.
  options.argv = {"/bin/sh", "-c",
                  "sleep 300 & echo $! > a; "
                  "timeout 300 sh -c 'echo $$ > b; touch ready; sleep 300' & "
                  "wait"};
  options.cwd = dir.path();
  auto process = spawn(options);
  auto bystander = spawn({{"sleep", "300"}, {}, false, {}, {}});
  ASSERT_TRUE(process && bystander);
  wait_for_file(dir.path("ready"));
  signal_session(process->id, SIGKILL);
  siginfo_t info{};
  ::waitid(P_PID, process->id, &info, WEXITED);
  EXPECT_EQ(info.si_status, SIGKILL);
  EXPECT_TRUE(ends(std::stoi(dir.read("a"))));
  EXPECT_TRUE(ends(std::stoi(dir.read("b"))));
  EXPECT_TRUE(is_alive(bystander->id));
  ::kill(bystander->id, SIGKILL);
  ::waitid(P_PID, bystander->id, &info, WEXITED);
}
