#include "agents/subprocess.hpp"

#include "tests/agents/processes.hpp"
#include "tests/support/temporary_directory.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

using namespace troupe::agents;
using namespace troupe::test;
using namespace std::chrono_literals;
using troupe::core::ec;

namespace {

subprocess_options script(std::string text) {
  subprocess_options options;
  options.argv = {"/bin/sh", "-c", std::move(text)};
  return options;
}

subprocess_outcome run(const subprocess_options& options,
                       std::stop_token stop = {}) {
  auto outcome = run_subprocess(options, std::move(stop));
  EXPECT_TRUE(outcome) << outcome.error().message;
  return outcome ? *outcome : subprocess_outcome{};
}

std::string output(const subprocess_options& options) {
  auto outcome = run(options);
  EXPECT_EQ(outcome.signal, 0);
  EXPECT_EQ(outcome.exit_code, 0);
  return outcome.out.bytes;
}

/// Runs it and stops it as soon as it has made the file `ready`.
subprocess_outcome stop_when_ready(const subprocess_options& options,
                                   const temporary_directory& dir) {
  std::stop_source stop;
  std::jthread stopper{[&] {
    wait_for_file(dir.path("ready"));
    stop.request_stop();
  }};
  return run(options, stop.get_token());
}

} // namespace

// -- ends ---------------------------------------------------------------------

TEST(subprocess_test, tells_how_it_ended) {
  EXPECT_EQ(run(script("exit 0")).exit_code, 0);
  EXPECT_EQ(run(script("exit 7")).exit_code, 7);
  EXPECT_EQ(run(script("exit 255")).exit_code, 255);
  auto killed = run(script("kill -KILL $$"));
  EXPECT_EQ(killed.signal, SIGKILL);
  EXPECT_EQ(killed.end, subprocess_end::own);
}

TEST(subprocess_test, names_signals) {
  EXPECT_EQ(signal_name(SIGKILL), "SIGKILL");
  EXPECT_EQ(signal_name(SIGTERM), "SIGTERM");
  EXPECT_EQ(signal_name(12345), "signal 12345");
}

// -- streams ------------------------------------------------------------------

TEST(subprocess_test, keeps_the_outputs_apart) {
  auto outcome = run(script("echo to out; echo to err >&2"));
  EXPECT_EQ(outcome.out.bytes, "to out\n");
  EXPECT_EQ(outcome.err.bytes, "to err\n");
  EXPECT_EQ(outcome.err.tail, "to err\n");
}

TEST(subprocess_test, reads_both_outputs_at_once) {
  // Each more than a pipe holds, one after the other and then mixed.
  auto outcome = run(script("head -c 300000 /dev/zero >&2;"
                            "head -c 300000 /dev/zero;"
                            "head -c 300000 /dev/zero >&2"));
  EXPECT_EQ(outcome.out.bytes.size(), 300'000U);
  EXPECT_EQ(outcome.err.bytes.size(), 600'000U);
  EXPECT_FALSE(outcome.out.is_truncated);
}

TEST(subprocess_test, drops_what_is_too_much_but_keeps_the_end) {
  auto options = script("head -c 100000 /dev/zero | tr '\\0' x; echo end");
  options.capture_max = 10;
  auto outcome = run(options);
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.out.bytes, "xxxxxxxxxx");
  EXPECT_TRUE(outcome.out.is_truncated);
  EXPECT_TRUE(outcome.out.tail.ends_with("xend\n"));
  EXPECT_LT(outcome.out.tail.size(), 5'000U);
  EXPECT_FALSE(outcome.err.is_truncated);
}

TEST(subprocess_test, output_as_long_as_allowed_is_whole) {
  auto options = script("printf 1234567890");
  options.capture_max = 10;
  EXPECT_FALSE(run(options).out.is_truncated);
  options.capture_max = 0;
  EXPECT_TRUE(run(options).out.is_truncated);
}

TEST(subprocess_test, says_when_something_was_written) {
  std::atomic<int> heard = 0;
  auto options = script("echo out; echo err >&2");
  options.on_output = [&] {
    ++heard;
  };
  run(options);
  EXPECT_EQ(heard, 2);
  heard = 0;
  options.argv = {"true"};
  run(options);
  EXPECT_EQ(heard, 0);
}

TEST(subprocess_test, feeds_input_of_any_size) {
  subprocess_options options;
  options.argv = {"cat"};
  EXPECT_EQ(output(options), "") << "/dev/null";
  options.input = "";
  EXPECT_EQ(output(options), "");
  options.input = std::string(500'000, 'x');
  EXPECT_EQ(output(options), *options.input);
}

TEST(subprocess_test, survives_who_does_not_read_its_input) {
  auto options = script("exit 3");
  options.input = std::string(500'000, 'x');
  EXPECT_EQ(run(options).exit_code, 3);
  // It closes the pipe and lives on.
  options = script("exec 0<&-; echo done");
  options.input = std::string(500'000, 'x');
  EXPECT_EQ(output(options), "done\n");
}

// -- circumstances ------------------------------------------------------------

TEST(subprocess_test, sets_the_environment) {
  auto options = script("echo \"$TROUPE_TEST_A|$TROUPE_TEST_B|$HOME\"");
  options.env = {{"TROUPE_TEST_A", "a b"}, {"HOME", std::nullopt}};
  ::setenv("TROUPE_TEST_B", "inherited", 1);
  EXPECT_EQ(output(options), "a b|inherited|\n");
  options.clear_env = true;
  EXPECT_EQ(output(options), "a b||\n");
}

TEST(subprocess_test, runs_in_a_directory) {
  temporary_directory dir;
  subprocess_options options;
  options.argv = {"pwd"};
  options.cwd = dir.path();
  EXPECT_EQ(output(options), dir.path() + "\n");
}

TEST(subprocess_test, passes_arguments_as_they_are) {
  subprocess_options options;
  options.argv = {"printf", "<%s>", "a b", "", "$HOME", "*", "\"'"};
  EXPECT_EQ(output(options), "<a b><><$HOME><*><\"'>");
}

TEST(subprocess_test, the_program_has_no_terminal) {
  EXPECT_EQ(output(script("test -e /dev/tty && (: < /dev/tty) 2>&- "
                          "&& echo yes || echo no")),
            "no\n");
}

TEST(subprocess_test, signals_are_as_they_should_be) {
  // As a program that does everything to its own signals would have it.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, &before);
  auto* handler = ::signal(SIGPIPE, SIG_IGN);
  subprocess_options options;
  options.argv = {"awk", "/SigBlk|SigIgn/ { print $2 }", "/proc/self/status"};
  auto text = output(options);
  ::signal(SIGPIPE, handler);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  std::istringstream lines{text};
  uint64_t blocked = 1;
  uint64_t ignored = 1;
  lines >> std::hex >> blocked >> ignored;
  EXPECT_EQ(blocked, 0U);
  // From 32 on they are the C library's own.
  EXPECT_EQ(ignored & 0x7fff'ffff, 0U);
}

// -- stopping -----------------------------------------------------------------

TEST(subprocess_test, does_not_start_what_is_to_stop) {
  std::stop_source stop;
  stop.request_stop();
  auto outcome = run_subprocess(script("exit 0"), stop.get_token());
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ec::cancelled);
}

TEST(subprocess_test, stops_gently) {
  temporary_directory dir;
  // What a shell has just forked may miss the signal, and must not hold the
  // pipes then.
  auto options = script("trap 'echo bye; exit 5' TERM;"
                        "sleep 300 >/dev/null 2>&1 & touch ready; wait");
  options.cwd = dir.path();
  auto outcome = stop_when_ready(options, dir);
  EXPECT_EQ(outcome.end, subprocess_end::stopped);
  EXPECT_EQ(outcome.exit_code, 5);
  EXPECT_EQ(outcome.out.bytes, "bye\n");
}

TEST(subprocess_test, kills_who_ignores_it_after_the_grace) {
  temporary_directory dir;
  auto options = script("trap '' TERM; touch ready;"
                        "while :; do sleep 300; done");
  options.cwd = dir.path();
  options.grace = 100ms;
  auto outcome = stop_when_ready(options, dir);
  EXPECT_EQ(outcome.end, subprocess_end::stopped);
  EXPECT_EQ(outcome.signal, SIGKILL);
  EXPECT_GE(outcome.time, 100ms);
}

TEST(subprocess_test, lets_grandchildren_use_the_grace_too) {
  temporary_directory dir;
  // The leader dies of SIGTERM at once; its child needs some time to tidy up,
  // and ends when it has.
  auto options = script("sh -c 'trap \"sleep 0.1; echo tidied up\" TERM;"
                        "sleep 300 >/dev/null 2>&1 & touch ready; wait' & "
                        "wait");
  options.cwd = dir.path();
  options.grace = 60s;
  auto outcome = stop_when_ready(options, dir);
  EXPECT_EQ(outcome.signal, SIGTERM);
  EXPECT_EQ(outcome.out.bytes, "tidied up\n");
}

TEST(subprocess_test, time_limit_stops_it_as_well) {
  auto options = script("sleep 300");
  options.time_limit = 50ms;
  auto outcome = run(options);
  EXPECT_EQ(outcome.end, subprocess_end::time_limit);
  EXPECT_EQ(outcome.signal, SIGTERM);
  EXPECT_GE(outcome.time, 50ms);
}

TEST(subprocess_test, stops_who_is_suspended) {
  auto options = script("kill -STOP $$");
  options.time_limit = 50ms;
  options.grace = 60s;
  EXPECT_EQ(run(options).signal, SIGTERM);
}

TEST(subprocess_test, a_stop_that_comes_too_late_does_nothing) {
  std::stop_source stop;
  EXPECT_EQ(run(script("exit 4"), stop.get_token()).exit_code, 4);
  stop.request_stop();
}

// -- what it leaves behind ----------------------------------------------------

TEST(subprocess_test, kills_grandchildren_when_stopped) {
  temporary_directory dir;
  // One that ignores SIGTERM, one with its output closed, and one that made
  // itself a process group of its own, as timeout(1) does.
  auto options = script("(trap '' TERM; sleep 300) & echo $! > a;"
                        "sleep 300 >/dev/null 2>&1 & echo $! > b;"
                        "timeout 300 sleep 300 & echo $! > c;"
                        "touch ready; wait");
  options.cwd = dir.path();
  options.grace = 100ms;
  EXPECT_EQ(stop_when_ready(options, dir).end, subprocess_end::stopped);
  for (const auto* name : {"a", "b", "c"})
    EXPECT_TRUE(ends(std::stoi(dir.read(name)))) << name;
}

TEST(subprocess_test, kills_grandchildren_when_the_leader_ends) {
  temporary_directory dir;
  auto options = script("sleep 300 & echo $! > a;"
                        "sleep 300 >/dev/null 2>&1 & echo $! > b; echo out");
  options.cwd = dir.path();
  auto outcome = run(options);
  EXPECT_EQ(outcome.end, subprocess_end::own);
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.out.bytes, "out\n");
  for (const auto* name : {"a", "b"})
    EXPECT_TRUE(ends(std::stoi(dir.read(name)))) << name;
}

TEST(subprocess_test, kills_who_moved_to_another_group_and_holds_the_pipe) {
  temporary_directory dir;
  auto options = script("timeout 300 sh -c 'echo $$ > a; touch ready;"
                        "sleep 300' & until [ -e ready ]; do :; done");
  options.cwd = dir.path();
  EXPECT_EQ(run(options).exit_code, 0);
  EXPECT_TRUE(ends(std::stoi(dir.read("a"))));
}

TEST(subprocess_test, does_not_wait_for_a_daemon_that_holds_the_pipe) {
  temporary_directory dir;
  auto options = script("setsid sh -c 'echo $$ > pid; touch ready; "
                        "exec sleep 300' & until [ -e ready ]; do :; done");
  options.cwd = dir.path();
  options.cgroup = nullptr;
  EXPECT_EQ(run(options).exit_code, 0);
  auto daemon = std::stoi(dir.read("pid"));
  EXPECT_EQ(::kill(daemon, SIGKILL), 0) << "it made itself independent";
}

TEST(subprocess_test, leaves_no_descriptor_and_no_zombie) {
  temporary_directory dir;
  auto before = open_descriptors();
  for (int i = 0; i < 200; ++i) {
    auto options = script("exit 1");
    if (i % 2 == 0)
      options.input = "x";
    if (i % 5 == 0)
      options.argv = {"/no/such/program"};
    std::stop_source stop;
    auto outcome = run_subprocess(options, stop.get_token());
    ASSERT_EQ(outcome.has_value(), i % 5 != 0);
  }
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD) << "a child is left";
}

TEST(subprocess_test, programs_inherit_nothing_but_their_streams) {
  // One that is not marked to be closed, as careless libraries open them.
  temporary_directory dir;
  auto careless = ::open(dir.add("x").c_str(), O_RDONLY);
  subprocess_options options;
  options.argv = {"ls", "/proc/self/fd"};
  auto text = output(options);
  ::close(careless);
  // The last one is the directory that ls itself reads.
  EXPECT_EQ(text, "0\n1\n2\n3\n");
}

TEST(subprocess_test, many_threads_may_run_programs_at_once) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([i] {
      for (int j = 0; j < 10; ++j) {
        subprocess_options options;
        options.argv = {"cat"};
        options.input = std::string(100'000, static_cast<char>('a' + i));
        EXPECT_EQ(output(options), *options.input);
      }
    });
}
