#include "cli/summary.hpp"

#include "cli/text_width.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace troupe::cli {

namespace {

using namespace std::chrono_literals;

task_outcome outcome(std::string name, std::string status,
                     std::string error = {}) {
  task_outcome result;
  result.name = std::move(name);
  result.status = std::move(status);
  result.error = std::move(error);
  if (result.status == "completed" || result.status == "failed") {
    result.attempts = 1;
    result.agent = "shell";
    result.time = 120ms;
  }
  return result;
}

run_outcome make_run(std::vector<task_outcome> tasks) {
  run_outcome result;
  result.name = "licenses";
  result.groups = {"count"};
  result.started = core::time_point{1s};
  result.finished = core::time_point{3s};
  result.tasks = std::move(tasks);
  return result;
}

} // namespace

TEST(summary_test, shows_each_task_and_why_it_failed) {
  auto run = make_run({outcome("prepare", "completed"),
                       outcome("count/GPL-3", "failed",
                               "wc ended with status 1\nwc: no such file"),
                       outcome("report", "cancelled", "its dependency failed"),
                       outcome("mail", "skipped", "its condition is false")});
  EXPECT_EQ(render_summary(run, 80, palette{}),
            "task         status         time  attempts  agent\n"
            "prepare      completed     0.12s         1  shell\n"
            "count/GPL-3  failed        0.12s         1  shell\n"
            "    wc ended with status 1\n"
            "    wc: no such file\n"
            "report       cancelled         -         -  -\n"
            "    its dependency failed\n"
            "mail         skipped           -         -  -\n"
            "    its condition is false\n"
            "\n"
            "4 tasks: 1 completed, 1 skipped, 1 failed, 1 cancelled in "
            "2.00s\n");
}

TEST(summary_test, long_reasons_keep_their_first_and_last_lines) {
  std::string error = "first";
  for (int i = 1; i <= 30; ++i)
    error += "\nline " + std::to_string(i);
  auto text = render_failures(make_run({outcome("a", "failed", error)}), 80,
                              palette{});
  EXPECT_NE(text.find("    first\n    (20 lines left out)\n    line 21\n"),
            text.npos)
    << text;
  EXPECT_NE(text.find("line 30\n"), text.npos);
  EXPECT_EQ(text.find("line 20\n"), text.npos);
}

TEST(summary_test, completed_tasks_of_large_fan_outs_share_a_line) {
  std::vector<task_outcome> tasks;
  for (int i = 0; i < 300; ++i)
    tasks.push_back(
      outcome("count/" + std::to_string(i), i == 7 ? "failed" : "completed"));
  auto text = render_summary(make_run(tasks), 80, palette{});
  EXPECT_NE(text.find("299 tasks\n"), text.npos);
  EXPECT_NE(text.find("count/7 "), text.npos);
  EXPECT_EQ(text.find("count/8 "), text.npos);
  EXPECT_NE(text.find("300 tasks: 299 completed, 1 failed"), text.npos);
}

TEST(summary_test, fits_the_terminal) {
  auto run = make_run(
    {outcome(std::string(200, 'n'), "failed", std::string(300, 'e'))});
  std::istringstream lines{render_failures(run, 60, palette{})};
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(display_width(line), 60u) << line;
}

TEST(summary_test, the_total_says_if_it_was_interrupted) {
  auto run = make_run({outcome("a", "completed")});
  EXPECT_EQ(render_total(run, palette{}), "1 task: 1 completed in 2.00s");
  run.end = run_end::interrupted;
  EXPECT_EQ(render_total(run, palette{}),
            "1 task: 1 completed in 2.00s (interrupted)");
}

} // namespace troupe::cli
