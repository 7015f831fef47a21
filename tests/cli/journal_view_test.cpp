#include "cli/journal_view.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace troupe::cli {

namespace {

using namespace std::chrono_literals;

constexpr core::time_point submitted{1'700'000'000s};

bool says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

core::task_record make_record(const std::string& name,
                              core::task_status status) {
  core::task_spec spec;
  spec.id = {1, 2};
  spec.name = name;
  spec.capabilities = {"process.run"};
  core::task_record result;
  result.spec = std::make_shared<core::task_spec>(std::move(spec));
  result.status = status;
  result.created = submitted;
  return result;
}

} // namespace

TEST(journal_view_test, info_counts_what_there_is) {
  storage::journal_info x;
  x.place = "j.db";
  x.unended = 1;
  x.completed = 20;
  x.failed = 300;
  x.cancelled = 4000;
  auto text = render_info(x);
  EXPECT_TRUE(says(text, "journal       j.db\n")) << text;
  EXPECT_TRUE(says(text, "tasks         4321\n")) << text;
  EXPECT_TRUE(says(text, "  failed      300\n")) << text;
  EXPECT_EQ(to_json(x)["completed"], 20);
}

TEST(journal_view_test, a_verdict_lists_what_is_wrong) {
  storage::journal_verdict x;
  x.tasks = 5;
  EXPECT_TRUE(says(render_verdict(x), "5 tasks")) << render_verdict(x);
  EXPECT_TRUE(says(render_verdict(x), "all is well\n"));
  x.problems = {"task 3 has ended twice", "a\nb"};
  EXPECT_TRUE(says(render_verdict(x), "2 wrong\n  task 3 has ended twice\n"))
    << render_verdict(x);
  EXPECT_TRUE(says(render_verdict(x), "  a b\n"));
  EXPECT_EQ(to_json(x)["problems"][0], "task 3 has ended twice");
}

TEST(journal_view_test, tasks_are_rows_of_what_a_terminal_can_show) {
  auto done = make_record("build", core::task_status::completed);
  done.started = submitted + 1s;
  done.finished = submitted + 3s;
  auto skipped = make_record("a\033[2Jb", core::task_status::cancelled);
  skipped.failure = core::error{core::ec::skipped, "its condition is false"};
  auto text = render_tasks({done, skipped}, 120);
  EXPECT_EQ(text,
            "id                                    task    status          "
            "    time  queue\n"
            "00000000-0000-0001-0000-000000000002  build   completed       "
            "   2.00s  default\n"
            "00000000-0000-0001-0000-000000000002  a?[2Jb  skipped         "
            "       -  default\n");
}

TEST(journal_view_test, long_names_are_cut_to_the_width) {
  auto x = make_record(std::string(100, 'n'), core::task_status::pending);
  auto text = render_tasks({x}, 90);
  EXPECT_TRUE(says(text, "n…")) << text;
  EXPECT_FALSE(says(text, std::string(30, 'n'))) << text;
}

TEST(journal_view_test, a_task_is_shown_with_all_there_is) {
  auto x = make_record("build", core::task_status::failed);
  x.attempt = 2;
  x.agent = "local";
  x.failure = core::error{core::ec::handler_failed, "exited with 3"};
  x.history.push_back({submitted, core::history_kind::submitted, 0, "default"});
  auto text = render_task(x);
  EXPECT_TRUE(says(text, "task          build\n")) << text;
  EXPECT_TRUE(says(text, "why           handler_failed: exited with 3\n"))
    << text;
  EXPECT_TRUE(says(text, "attempts      2\n")) << text;
  EXPECT_TRUE(says(text, "  submitted: default\n")) << text;
  EXPECT_FALSE(says(text, "result")) << text;
}

TEST(journal_view_test, of_many_needs_the_first_are_shown) {
  auto x = make_record("join", core::task_status::completed);
  auto spec = *x.spec;
  for (uint64_t i = 1; i <= 25; ++i)
    spec.dependencies.push_back({{7, i}, "", {}});
  x.spec = std::make_shared<core::task_spec>(std::move(spec));
  x.result = core::payload{{"lines", 12}};
  auto text = render_task(x);
  EXPECT_TRUE(says(text, "-00000000000a\n              and 15 more\n")) << text;
  EXPECT_TRUE(says(text, "result\n{\n  \"lines\": 12\n}\n")) << text;
}

TEST(journal_view_test, an_entry_says_who_did_what) {
  core::audit_record x{12, {submitted, "alice", "cancel", {1, 2}, "a\nb"}};
  EXPECT_EQ(render_entry(x),
            "    12  2023-11-14T22:13:20.000Z  cancel    alice  "
              + core::to_string(core::task_id{1, 2}) + "  a b\n");
  EXPECT_EQ(to_json(x)["by"], "alice");
  x.entry = {submitted, "", "pause", {}, ""};
  EXPECT_TRUE(says(render_entry(x), "  pause     -\n")) << render_entry(x);
  EXPECT_FALSE(to_json(x).contains("task"));
}

} // namespace troupe::cli
