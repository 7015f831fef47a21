#include "cli/client_view.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace troupe::cli {

namespace {

using core::json;

} // namespace

TEST(client_view_test, shows_tasks_in_a_table) {
  json tasks{{{"id", "1"},
              {"name", "build"},
              {"status", "completed"},
              {"priority", 50},
              {"seconds", 1.5},
              {"queue", "default"},
              {"agent", "local"}},
             {{"id", "2"},
              {"name", "te\x1bst"},
              {"status", "pending"},
              {"reason", "queued"},
              {"priority", 7},
              {"queue", "q"}}};
  EXPECT_EQ(render_task_list(tasks, 100, palette{}),
            "id  task   status            priority   time  queue    agent\n"
            "1   build  completed               50  1.50s  default  local\n"
            "2   te?st  pending (queued)         7      -  q\n");
}

TEST(client_view_test, shows_all_of_a_task) {
  EXPECT_EQ(render_task_details(
              {{"id", "1"},
               {"name", "build"},
               {"status", "failed"},
               {"error", {{"code", "timeout"}, {"message", "late"}}},
               {"capabilities", {"a", "b"}},
               {"metadata", {{"k", "v"}}},
               {"dependencies", {{{"task", "0"}}}},
               {"parameters", 7},
               {"history",
                {{{"at", "noon"}, {"kind", "started"}, {"detail", "local"}}}}}),
            "task          build\n"
            "id            1\n"
            "status        failed\n"
            "why           timeout: late\n"
            "capabilities  a, b\n"
            "metadata      k=v\n"
            "needs         0\n"
            "parameters\n7\n"
            "noon  started: local\n");
}

TEST(client_view_test, takes_what_it_does_not_know_or_misses) {
  EXPECT_EQ(render_task_details({{"colour", "red"}}), "");
  EXPECT_EQ(render_queues({{{"name", "q"}, {"colour", "red"}}}, 80, palette{})
              .substr(0, 8),
            "queue  s");
  EXPECT_EQ(render_agents(json::array(), 80, palette{}), "no agents\n");
  EXPECT_EQ(render_stats(json::object()), "");
}

TEST(client_view_test, shows_questions) {
  EXPECT_EQ(render_questions({{{"name", "t"},
                               {"task", "1"},
                               {"prompt", "why?"},
                               {"schema", {{"type", "integer"}}}}}),
            "task          t\n"
            "id            1\n"
            "asks          why?\n"
            "takes         {\"type\":\"integer\"}\n\n");
}

TEST(client_view_test, shows_circuits_and_schedules) {
  EXPECT_EQ(render_circuits({{{"key", "c"},
                              {"state", "open"},
                              {"is_forced", true},
                              {"calls", 3},
                              {"failures", 2},
                              {"why", "by hand"}}},
                            80, palette{}),
            "circuit  state        calls  failures  until  why\n"
            "c        forced open      3         2         by hand\n");
  EXPECT_EQ(render_schedules({{{"name", "s"},
                               {"every_seconds", 60},
                               {"is_paused", false},
                               {"runs", 1},
                               {"skipped", 0},
                               {"missed", 2},
                               {"next", {"noon"}}}},
                             80, palette{}),
            "schedule  when       state    next  runs  skipped  missed\n"
            "s         every 60s  waiting  noon     1        0       2\n");
}

TEST(client_view_test, tells_of_a_journal_that_cannot_be_written) {
  EXPECT_EQ(
    render_stats(
      {{"journal",
        {{"commits", 3},
         {"trouble", {{"code", "journal_full"}, {"message", "no room"}}}}}}),
    "journal       journal_full: no room\n"
    "  commits     3\n");
}

TEST(client_view_test, puts_an_event_on_a_line) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  EXPECT_EQ(render_event({{"kind", "task_started"},
                          {"at", "2026-01-31T12:00:01.000Z"},
                          {"task", "1"},
                          {"subject", "local"}},
                         "build", palette{}),
            "[12:00:01] started          build 1 local");
  EXPECT_EQ(render_event({{"kind", "task_progress"},
                          {"task", "1"},
                          {"progress", 50},
                          {"text", "half\nway"}},
                         "build", palette{}),
            "[--:--:--] progress         build 1 50%: half way");
  EXPECT_EQ(render_event({{"kind", "queue_paused"}, {"subject", "q"}}, "",
                         palette{}),
            "[--:--:--] queue_paused     q");
}

} // namespace troupe::cli
