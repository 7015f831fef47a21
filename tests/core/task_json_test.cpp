#include "core/task_json.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

constexpr task_id first_id{0x0190163d8694739b, 0xaea5966c26f8ad91};
constexpr task_id second_id{0x0190163d8694739c, 0xaea5966c26f8ad92};

} // namespace

TEST(task_json_test, renders_only_what_is_set) {
  task_record x;
  x.spec = std::make_shared<task_spec>(task_spec{
    .id = first_id,
    .name = "count",
    .capabilities = {"process.run"},
    .retry = {.max_retries = 0},
    .limits = {.attempt = 0s},
  });
  x.reason = pending_reason::queued;
  EXPECT_EQ(to_json(x), (json{{"id", to_string(first_id)},
                              {"name", "count"},
                              {"capabilities", {"process.run"}},
                              {"queue", "default"},
                              {"retry", {{"max_retries", 0}}},
                              {"status", "pending"},
                              {"reason", "queued"},
                              {"priority", 50}}));
}

TEST(task_json_test, renders_what_became_of_it) {
  task_record x;
  x.spec = std::make_shared<task_spec>(task_spec{
    .id = second_id,
    .name = "report",
    .capabilities = {"text.template"},
    .parameters = {{"text", "hello"}},
    .wish = agent_wish::require,
    .dependencies = {{first_id, "counted", on_failure::run}},
    .agent = "writer",
    .concurrency_key = "customer 7",
    .keys = submission_keys{.submission = "order 17", .unique = "report"},
    .resources = {{"memory", 4096}},
    .placement = placement{{{"zone", label_test::is, {"eu", "us"}}},
                           {{"gpu", label_test::exists, {}}}},
    .metadata = {{"key", "value"}},
    .tags = {"daily"},
    .limits = {.attempt = 90s, .total = 1500ms, .heartbeat = 5s},
  });
  x.status = task_status::failed;
  x.priority = 60;
  x.attempt = 2;
  x.agent = "writer";
  x.created = time_point{1'769'860'800s};
  x.started = x.created + 1s;
  x.finished = x.created + 3500ms;
  x.failure = error{ec::handler_failed, "no such file", true, 2s};
  x.history = {{x.created, history_kind::submitted, 0, ""},
               {x.finished, history_kind::ended, 2, "no such file"}};
  auto rendered = to_json(x);
  EXPECT_EQ(rendered["status"], "failed");
  EXPECT_FALSE(rendered.contains("reason"));
  EXPECT_EQ(rendered["priority"], 60);
  EXPECT_EQ(rendered["parameters"], (json{{"text", "hello"}}));
  EXPECT_EQ(rendered["dependencies"],
            (json::array({{{"task", to_string(first_id)},
                           {"alias", "counted"},
                           {"on_failure", "run"}}})));
  EXPECT_EQ(rendered["wanted_agent"],
            (json{{"id", "writer"}, {"wish", "require"}}));
  EXPECT_EQ(rendered["limits"], (json{{"attempt_seconds", 90},
                                      {"total_seconds", 1.5},
                                      {"heartbeat_seconds", 5}}));
  EXPECT_EQ(rendered["concurrency_key"], "customer 7");
  EXPECT_EQ(rendered["submission_key"], "order 17");
  EXPECT_EQ(rendered["unique_key"], "report");
  EXPECT_EQ(rendered["resources"], (json{{"memory", 4096}}));
  EXPECT_EQ(rendered["labels"], json::array({"zone=eu|us"}));
  EXPECT_EQ(rendered["preferred_labels"], json::array({"gpu"}));
  EXPECT_EQ(rendered["created"], "2026-01-31T12:00:00.000Z");
  EXPECT_EQ(rendered["seconds"], 2.5);
  EXPECT_EQ(rendered["error"], (json{{"code", "handler_failed"},
                                     {"message", "no such file"},
                                     {"is_permanent", true},
                                     {"retry_after_seconds", 2}}));
  EXPECT_EQ(
    rendered["history"],
    (json::array({{{"kind", "submitted"}, {"at", "2026-01-31T12:00:00.000Z"}},
                  {{"kind", "ended"},
                   {"at", "2026-01-31T12:00:03.500Z"},
                   {"attempt", 2},
                   {"detail", "no such file"}}})));
}

} // namespace troupe::core
