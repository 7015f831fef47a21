#include "core/payload.hpp"
#include "tests/system/program_directory.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

namespace troupe {

namespace {

/// A pipeline and a journal, and the built program.
class cli_resume_test : public ::testing::Test {
protected:
  void write(const std::string& pipeline) {
    where_.write("p.yaml", pipeline);
  }

  agents::subprocess_outcome run(const std::vector<std::string>& more = {},
                                 const std::string& journal = "journal.db") {
    std::vector<std::string> arguments{"run",   "p.yaml",   "--journal",
                                       journal, "--report", "report.json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return where_.run(arguments);
  }

  std::string read(const std::string& name) const {
    return where_.read(name);
  }

  /// Names, outcomes and results of the last report.
  core::json report() const {
    auto all = core::json::parse(read("report.json"));
    core::json result{{"outcome", all["outcome"]}, {"counts", all["counts"]}};
    for (auto& x : all["tasks"])
      result[x["name"].get<std::string>()]
        = {x["outcome"], x.value("/result/stdout"_json_pointer, core::json{})};
    return result;
  }

  testing::program_directory where_;
};

/// Each task of it appends a line to a file of its own; `c` does to the
/// program, once, what `strike` says.
std::string lines_and(const std::string& strike) {
  return R"(
tasks:
  a:
    foreach: {from: 1, to: 20}
    shell: "echo ${item} >> a${item}.txt; printf %s ${item}"
  b:
    needs: a
    shell: "echo x >> b.txt; printf %s ${a.results[3].stdout}"
  skipped: {needs: b, when: "1 > 2", argv: ["false"]}
  c:
    needs: b
    shell: |
      test -e struck || { touch struck; )"
         + strike + R"(; exec sleep 300; }
      echo x >> c.txt; printf %s ${b.result.stdout}
  d:
    needs: [c, a, skipped]
    shell: "echo x >> d.txt; echo ${c.result.stdout} ${a.results[7].stdout}"
)";
}

} // namespace

TEST_F(cli_resume_test, goes_on_after_it_was_killed_as_if_nothing_had_been) {
  write(lines_and("kill -KILL $PPID"));
  auto killed = run();
  EXPECT_EQ(killed.signal, SIGKILL) << killed.out.bytes << killed.err.bytes;
  auto second = run();
  EXPECT_EQ(second.exit_code, 0) << second.out.bytes << second.err.bytes;
  EXPECT_TRUE(testing::says(second.out, "21 tasks were completed before"))
    << second.out.bytes;
  EXPECT_TRUE(testing::says(second.out, "24 tasks: 23 completed, 1 skipped"))
    << second.out.bytes;
  for (auto i = 1; i <= 20; ++i)
    EXPECT_EQ(read("a" + std::to_string(i) + ".txt"), std::to_string(i) + "\n");
  for (auto name : {"b.txt", "c.txt", "d.txt"})
    EXPECT_EQ(read(name), "x\n") << name;
  auto resumed = report();
  auto undisturbed = run({}, "another.db");
  EXPECT_EQ(undisturbed.exit_code, 0) << undisturbed.out.bytes;
  EXPECT_EQ(resumed, report());
  // And once more, when there is nothing left to do.
  auto third = run();
  EXPECT_EQ(third.exit_code, 0) << third.out.bytes << third.err.bytes;
  EXPECT_TRUE(testing::says(third.out, "23 tasks were completed before"))
    << third.out.bytes;
  EXPECT_EQ(resumed, report());
  EXPECT_EQ(read("d.txt"), "x\nx\n");
}

TEST_F(cli_resume_test, suspends_when_interrupted_and_says_how_to_go_on) {
  write(lines_and("kill -INT $PPID"));
  auto first = run();
  EXPECT_EQ(first.exit_code, 130) << first.out.bytes << first.err.bytes;
  EXPECT_TRUE(testing::says(first.out, "The same command goes on from here"))
    << first.out.bytes;
  EXPECT_TRUE(
    testing::says(first.out, "24 tasks: 21 completed, 1 skipped, 2 pending"))
    << first.out.bytes;
  auto second = run();
  EXPECT_EQ(second.exit_code, 0) << second.out.bytes << second.err.bytes;
  EXPECT_TRUE(testing::says(second.out, "2 tasks that had been accepted"))
    << second.out.bytes;
  for (auto name : {"a7.txt", "b.txt", "c.txt", "d.txt"})
    EXPECT_EQ(read(name).size(), 2u) << name;
}

TEST_F(cli_resume_test, goes_on_where_submissions_are_limited) {
  write("rate_limits: {all: {tokens: 1000, per: 1s, burst: 30}}\n"
        + lines_and("kill -KILL $PPID"));
  EXPECT_EQ(run().signal, SIGKILL);
  auto second = run();
  EXPECT_EQ(second.exit_code, 0) << second.out.bytes << second.err.bytes;
  EXPECT_TRUE(testing::says(second.out, "21 tasks were completed before"))
    << second.out.bytes;
  for (auto name : {"a7.txt", "b.txt", "c.txt", "d.txt"})
    EXPECT_EQ(read(name).size(), 2u) << name;
}

TEST_F(cli_resume_test, runs_what_changed_and_what_depends_on_it) {
  std::string pipeline = R"(
vars: {word: one}
tasks:
  a: {shell: "echo x >> a.txt"}
  b: {shell: "echo ${vars.word} >> b.txt"}
  c: {needs: [a, b], shell: "echo x >> c.txt"}
  d: {needs: a, shell: "echo x >> d.txt; test -e good"}
)";
  write(pipeline);
  EXPECT_EQ(run().exit_code, 1);
  where_.write("good", "");
  auto changed = run({"--set", "word=two"});
  EXPECT_EQ(changed.exit_code, 0) << changed.out.bytes << changed.err.bytes;
  EXPECT_TRUE(testing::says(changed.out, "1 task was completed before"))
    << changed.out.bytes;
  EXPECT_EQ(read("a.txt"), "x\n");
  EXPECT_EQ(read("b.txt"), "one\ntwo\n");
  EXPECT_EQ(read("c.txt"), "x\nx\n");
  EXPECT_EQ(read("d.txt"), "x\nx\n");
  auto fresh = run({"--set", "word=two", "--fresh"});
  EXPECT_EQ(fresh.exit_code, 0) << fresh.out.bytes << fresh.err.bytes;
  EXPECT_FALSE(testing::says(fresh.out, "before")) << fresh.out.bytes;
  EXPECT_EQ(read("a.txt"), "x\nx\n");
}

TEST_F(cli_resume_test, ends_what_had_been_accepted_and_has_changed) {
  write(R"(
vars: {word: one}
queues: {late: {auto_start: false}}
tasks:
  a: {shell: "test -e struck || { touch struck; kill -KILL $PPID; sleep 300; }"}
  b: {needs: a, shell: "echo ${vars.word} >> b.txt"}
  c: {needs: a, queue: late, shell: "echo x >> c.txt"}
)");
  EXPECT_EQ(run().signal, SIGKILL);
  auto changed = run({"--set", "word=two"});
  EXPECT_EQ(changed.exit_code, 0) << changed.out.bytes << changed.err.bytes;
  EXPECT_TRUE(testing::says(changed.out, "2 tasks that had been accepted"))
    << changed.out.bytes;
  EXPECT_EQ(read("b.txt"), "two\n");
  EXPECT_EQ(read("c.txt"), "x\n");
}

TEST_F(cli_resume_test, goes_on_after_it_stopped_at_a_failure) {
  write(R"(
queues: {default: {max_concurrent: 1}}
tasks:
  a: {shell: "echo x >> a.txt"}
  b: {needs: a, shell: "echo x >> b.txt; test -e good"}
  c: {needs: a, shell: "echo x >> c.txt", priority: low}
)");
  EXPECT_EQ(run({"--fail-fast"}).exit_code, 1);
  where_.write("good", "");
  auto second = run({"--fail-fast"});
  EXPECT_EQ(second.exit_code, 0) << second.out.bytes << second.err.bytes;
  EXPECT_EQ(read("a.txt"), "x\n");
  EXPECT_EQ(read("b.txt"), "x\nx\n");
}

TEST_F(cli_resume_test, refuses_a_journal_that_is_in_use) {
  // Its task is a second run, on the same journal.
  write(std::string{"tasks: {a: {argv: ["} + TROUPE_PROGRAM
        + ", run, q.yaml, --journal, journal.db], "
          "expect_exit: [2]}}");
  where_.write("q.yaml", "tasks: {b: {argv: [touch, ran]}}");
  run();
  auto text = read("report.json");
  EXPECT_NE(text.find("journal_in_use"), text.npos) << text;
  EXPECT_FALSE(where_.has("ran"));
}

TEST_F(cli_resume_test, refuses_a_file_that_is_no_journal) {
  write("tasks: {b: {argv: [touch, ran]}}");
  where_.write("journal.db", std::string(5000, 'x'));
  auto x = run();
  EXPECT_EQ(x.exit_code, 2) << x.out.bytes;
  EXPECT_TRUE(testing::says(x.err, "journal_failed")) << x.err.bytes;
  EXPECT_FALSE(where_.has("ran"));
}

} // namespace troupe
