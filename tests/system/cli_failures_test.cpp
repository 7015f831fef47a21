// Commands that fail, hang and crash, in real processes.

#include "agents/subprocess.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <cerrno>
#include <cstdlib>
#include <string>

namespace troupe {

namespace {

class cli_failures_test : public ::testing::Test {
protected:
  agents::subprocess_outcome run(const std::string& pipeline,
                                 const std::string& flag = "--keep-going") {
    agents::subprocess_options options;
    options.argv = {TROUPE_PROGRAM, "run",   "-",
                    flag,           "--set", "dir=" + folder.path()};
    options.input = pipeline;
    options.time_limit = std::chrono::seconds{50};
    auto outcome = agents::run_subprocess(options);
    if (!outcome)
      throw std::runtime_error{outcome.error().message};
    return *outcome;
  }

  /// Whether the process whose number a command wrote there still exists.
  bool lives(const std::string& file) {
    auto id = std::atoi(folder.read(file).c_str());
    EXPECT_GT(id, 1);
    return ::kill(id, 0) == 0 || errno != ESRCH;
  }

  static bool has(const agents::captured_output& output,
                  std::string_view part) {
    return output.bytes.find(part) != std::string::npos;
  }

  test::temporary_directory folder;
};

} // namespace

TEST_F(cli_failures_test, ends_as_the_file_says_and_leaves_no_process) {
  auto x = run(R"(
vars: {dir: .}
tasks:
  flaky:
    cwd: ${vars.dir}
    shell: 'echo x >> tries; test $(wc -l < tries) -gt 2'
    retries: {max: 3, base: 1ms}
  after: {argv: ["true"], needs: flaky}
  hangs:
    shell: 'echo $$ > "${vars.dir}/hangs"; exec sleep 300'
    timeout: 200ms
  deaf:
    shell: |
      trap '' TERM
      echo $$ > "${vars.dir}/deaf"
      while :; do sleep 0.1; done
    timeout: 200ms
    grace: 100ms
  crashes:
    shell: 'echo x >> "${vars.dir}/crashes"; kill -SEGV $$'
    retries: {max: 1, base: 1ms}
)");
  EXPECT_EQ(x.exit_code, 1) << x.err.bytes;
  EXPECT_TRUE(has(x.out, "5 tasks: 2 completed, 3 failed")) << x.out.bytes;
  EXPECT_TRUE(has(x.out, "the attempt took longer than 200ms")) << x.out.bytes;
  EXPECT_EQ(folder.read("tries"), "x\nx\nx\n");
  EXPECT_EQ(folder.read("crashes"), "x\nx\n");
  EXPECT_FALSE(lives("hangs"));
  EXPECT_FALSE(lives("deaf"));
}

TEST_F(cli_failures_test, stops_at_the_first_failure_if_it_is_told_to) {
  // The pipe lets the one fail when the other has begun.
  auto x = run(R"(
vars: {dir: .}
tasks:
  prepare: {shell: 'mkfifo "${vars.dir}/pipe"'}
  long:
    needs: prepare
    shell: |
      echo $$ > "${vars.dir}/long"
      echo > "${vars.dir}/pipe"
      exec sleep 300
  fails:
    needs: prepare
    shell: 'cat "${vars.dir}/pipe"; false'
  later: {argv: ["true"], needs: long}
)",
               "--fail-fast");
  EXPECT_EQ(x.exit_code, 1) << x.err.bytes;
  EXPECT_TRUE(has(x.out, "1 completed, 1 failed, 2 cancelled")) << x.out.bytes;
  EXPECT_FALSE(lives("long"));
}

} // namespace troupe
