#include "control/views.hpp"

#include <gtest/gtest.h>

namespace troupe::test {

namespace {

using control::to_json;
using core::json;

constexpr core::time_point one_hour{std::chrono::hours{1}};
constexpr auto one_hour_text = "1970-01-01T01:00:00.000Z";

} // namespace

TEST(control_views_test, show_a_queue) {
  core::queue_info x;
  x.spec.name = "q";
  x.spec.rate = core::dispatch_rate{{100, std::chrono::minutes{1}, 5}, {}};
  x.ready = 1;
  x.running = 2;
  auto shown = to_json(x);
  EXPECT_EQ(shown.at("name"), "q");
  EXPECT_EQ(shown.at("ready"), 1);
  EXPECT_EQ(shown.at("running"), 2);
  EXPECT_EQ(shown.at("rate"), "no more than 100 per 1m, at most 5 at once");
  EXPECT_FALSE(shown.contains("description"));
}

TEST(control_views_test, show_an_agent) {
  core::agent_info x;
  x.spec.id = "a";
  x.spec.capabilities = {"c"};
  x.spec.resources = {{"gpu", 2}};
  x.status = core::agent_status::busy;
  x.note = "tired";
  auto shown = to_json(x);
  EXPECT_EQ(shown.at("status"), "busy");
  EXPECT_EQ(shown.at("note"), "tired");
  EXPECT_EQ(shown.at("resources"), (json{{"gpu", 2.0}}));
  EXPECT_EQ(shown.at("labels"), json::object());
}

TEST(control_views_test, show_a_circuit) {
  core::circuit_info x;
  x.key = "c";
  x.state = core::circuit_state::half_open;
  x.since = one_hour;
  x.why = "it failed";
  auto shown = to_json(x);
  EXPECT_EQ(shown.at("state"), "half_open");
  EXPECT_EQ(shown.at("since"), one_hour_text);
  EXPECT_EQ(shown.at("why"), "it failed");
  EXPECT_FALSE(shown.contains("until"));
}

TEST(control_views_test, show_a_rate_limit) {
  core::rate_limit_info x{"api", "fetch", 3, 4, one_hour};
  EXPECT_EQ(to_json(x), (json{{"limit", "api"},
                              {"key", "fetch"},
                              {"tokens", 3},
                              {"waiting", 4},
                              {"next", one_hour_text}}));
}

TEST(control_views_test, show_a_question) {
  core::pending_input x{{1, 2}, "t", 1, {0, "why?", {}, one_hour}, one_hour};
  EXPECT_EQ(to_json(x), (json{{"task", core::to_string(x.task)},
                              {"name", "t"},
                              {"attempt", 1},
                              {"number", 0},
                              {"prompt", "why?"},
                              {"asked", one_hour_text},
                              {"deadline", one_hour_text}}));
}

TEST(control_views_test, show_counts) {
  core::task_stats x;
  x.total = 7;
  x.input_required = 2;
  auto shown = to_json(x);
  EXPECT_EQ(shown.at("total"), 7);
  EXPECT_EQ(shown.at("input_required"), 2);
  EXPECT_EQ(shown.size(), 12u);
}

TEST(control_views_test, show_what_troubles_a_journal) {
  core::journal_status x;
  x.commits = 3;
  EXPECT_EQ(to_json(x), (json{{"commits", 3}, {"waiting", 0}}));
  x.trouble = {core::ec::journal_full, "no room"};
  EXPECT_EQ(to_json(x).at("trouble"),
            (json{{"code", "journal_full"}, {"message", "no room"}}));
}

TEST(control_views_test, show_an_entry_of_the_audit_log) {
  core::audit_record x{3, {one_hour, "ann", "cancel", {1, 2}, "enough"}};
  EXPECT_EQ(to_json(x), (json{{"sequence", 3},
                              {"at", one_hour_text},
                              {"by", "ann"},
                              {"action", "cancel"},
                              {"task", core::to_string(x.entry.task)},
                              {"detail", "enough"}}));
}

} // namespace troupe::test
