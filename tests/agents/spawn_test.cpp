#include "agents/spawn.hpp"

#include "tests/agents/processes.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <filesystem>
#include <string>

using namespace troupe::agents;
using namespace troupe::test;
using troupe::core::ec;
using troupe::core::error;

namespace {

namespace fs = std::filesystem;

/// Starts it and returns how it ended.
int exit_code_of(const subprocess_options& options) {
  auto process = spawn(options);
  EXPECT_TRUE(process) << process.error().message;
  if (!process)
    return -1;
  siginfo_t info{};
  ::waitid(P_PID, process->id, &info, WEXITED);
  return info.si_status;
}

error spawn_failure(subprocess_options options) {
  auto before = open_descriptors();
  auto process = spawn(options);
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_FALSE(process);
  return process ? error{} : process.error();
}

subprocess_options command(std::vector<std::string> argv) {
  subprocess_options options;
  options.argv = std::move(argv);
  return options;
}

void make_executable(const std::string& path) {
  fs::permissions(path, fs::perms::owner_all);
}

} // namespace

TEST(spawn_test, leads_a_session_of_its_own) {
  auto process = spawn(command({"sleep", "300"}));
  ASSERT_TRUE(process);
  EXPECT_EQ(::getsid(process->id), process->id);
  EXPECT_EQ(::getpgid(process->id), process->id);
  ::kill(process->id, SIGKILL);
  ::waitpid(process->id, nullptr, 0);
}

TEST(spawn_test, says_that_there_is_no_such_program) {
  auto options = command({"no-such-program"});
  options.env["PATH"] = "/bin:/usr/bin";
  auto what = spawn_failure(options);
  EXPECT_EQ(what.code, ec::handler_failed);
  EXPECT_TRUE(what.is_permanent);
  EXPECT_EQ(what.message, "cannot run 'no-such-program': no such program in "
                          "PATH (/bin:/usr/bin)");
  EXPECT_EQ(spawn_failure(command({"/no/such/program"})).message,
            "cannot run '/no/such/program': No such file or directory");
}

TEST(spawn_test, says_that_it_is_not_executable) {
  temporary_directory dir;
  auto path = dir.add("data", "#!/bin/sh\n");
  EXPECT_EQ(spawn_failure(command({path})).message,
            "cannot run '" + path
              + "': Permission denied (is it an executable file?)");
  EXPECT_EQ(spawn_failure(command({dir.path()})).message,
            "cannot run '" + dir.path()
              + "': Permission denied (is it an executable file?)");
}

TEST(spawn_test, says_that_a_script_does_not_name_its_interpreter) {
  temporary_directory dir;
  auto path = dir.add("script", "echo hello\n");
  make_executable(path);
  EXPECT_EQ(spawn_failure(command({path})).message,
            "cannot run '" + path
              + "': neither a program nor a script with a #! line");
  dir.add("script", "#!/no/such/interpreter\n");
  EXPECT_EQ(spawn_failure(command({path})).message,
            "cannot run '" + path
              + "': the interpreter in its first line is missing");
}

TEST(spawn_test, says_that_there_is_no_such_directory) {
  auto options = command({"true"});
  options.cwd = "/no/such/directory";
  EXPECT_EQ(spawn_failure(options).message,
            "cannot run 'true': its directory '/no/such/directory': No such "
            "file or directory");
}

TEST(spawn_test, says_that_there_is_nothing_to_run) {
  EXPECT_EQ(spawn_failure({}).message, "no program to run");
  EXPECT_EQ(spawn_failure(command({""})).message,
            "cannot run '': the program has no name");
}

TEST(spawn_test, does_not_cut_off_at_a_nul) {
  using namespace std::string_literals;
  EXPECT_EQ(spawn_failure(command({"echo", "a\0b"s})).message,
            "cannot run 'echo': argument 1 contains a NUL character");
  auto options = command({"true"});
  options.env["A"] = "a\0b"s;
  EXPECT_EQ(spawn_failure(options).message,
            "cannot run 'true': the variable A contains a NUL character");
}

TEST(spawn_test, says_that_arguments_are_too_long) {
  auto what = spawn_failure(command({"true", std::string(10'000'000, 'x')}));
  EXPECT_TRUE(what.message.starts_with("cannot run 'true': Argument list too "
                                       "long"))
    << what.message;
}

TEST(spawn_test, looks_the_program_up_where_it_will_look_itself) {
  temporary_directory dir;
  make_executable(dir.add("bin/tool", "#!/bin/sh\nexit 11\n"));
  make_executable(dir.add("other/tool", "#!/bin/sh\nexit 12\n"));
  dir.add("plain/tool", "not executable");
  auto options = command({"tool"});
  options.env["PATH"] = dir.path("plain") + ":" + dir.path("bin");
  EXPECT_EQ(exit_code_of(options), 11);
  // An empty entry is the directory it runs in.
  options.env["PATH"] = "";
  options.cwd = dir.path("other");
  EXPECT_EQ(exit_code_of(options), 12);
  options.argv = {"../bin/tool"};
  EXPECT_EQ(exit_code_of(options), 11);
  options.argv = {"tool"};
  options.env["PATH"] = dir.path("plain");
  EXPECT_EQ(spawn_failure(options).message,
            "cannot run 'tool': it is in PATH but not executable");
}

TEST(spawn_test, works_when_the_standard_streams_are_closed) {
  // In a process of its own, as nothing else could report from it.
  EXPECT_EXIT(
    {
      for (auto fd : {0, 1, 2})
        ::close(fd);
      auto options = command({"sh", "-c", "read -r x; echo \"$x\"; exit 9"});
      options.input = "word\n";
      auto process = spawn(options);
      char text[16];
      if (!process || ::write(process->in.get(), "word\n", 5) != 5
          || ::waitpid(process->id, nullptr, 0) != process->id
          || ::read(process->out.get(), text, sizeof(text)) != 5)
        ::_exit(1);
      // It would be left.
      process->group.reset();
      ::_exit(std::string(text, 5) == "word\n" ? 0 : 2);
    },
    testing::ExitedWithCode(0), "");
}
