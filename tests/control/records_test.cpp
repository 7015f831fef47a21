#include "control/records.hpp"

#include "core/task_json.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace troupe::test {

namespace {

using core::json;

constexpr core::time_point noon{std::chrono::hours{24 * 365 * 50 + 12}};

core::event full_event() {
  core::event x;
  x.sequence = 7;
  x.at = noon;
  x.kind = core::event_kind::task_progress;
  x.task = {1, 2};
  x.attempt = 3;
  x.progress = 0.5;
  x.subject = "a";
  x.text = "half";
  x.data = {{"n", 1}};
  return x;
}

core::task_record full_record() {
  core::task_spec spec{.id = {1, 2}, .name = "a", .capabilities = {"c"}};
  spec.parameters = {{"n", 1}};
  spec.parent = {3, 4};
  spec.replay_of = core::task_id{5, 6};
  spec.priority = 60;
  core::task_record x;
  x.spec = std::make_shared<const core::task_spec>(spec);
  x.status = core::task_status::failed;
  x.reason = core::pending_reason::backoff;
  x.priority = 60;
  x.attempt = 2;
  x.agent = "b";
  x.created = noon;
  x.started = noon + std::chrono::milliseconds{1};
  x.finished = noon + std::chrono::milliseconds{2};
  x.progress = 12;
  x.progress_note = "n";
  x.result = core::payload(8);
  x.failure = core::error{core::ec::rate_limited, "slow", true,
                          std::chrono::milliseconds{1500}};
  x.history = {{noon, core::history_kind::submitted, 0, ""},
               {noon, core::history_kind::attempt_failed, 1, "why"}};
  return x;
}

std::string event_problem(json from) {
  auto x = control::read_event(from);
  return x ? "" : x.error().message;
}

} // namespace

TEST(records_test, reads_an_event) {
  auto shown = core::to_json(full_event());
  auto read = control::read_event(shown);
  ASSERT_TRUE(read);
  EXPECT_EQ(core::to_json(*read), shown);
}

TEST(records_test, reads_every_kind_of_event) {
  for (size_t i = 0; i <= static_cast<size_t>(core::event_kind_last); ++i) {
    core::event x;
    x.kind = static_cast<core::event_kind>(i);
    auto read = control::read_event(core::to_json(x));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->kind, x.kind);
  }
}

TEST(records_test, reads_a_record) {
  auto shown = core::to_json(full_record());
  auto read = control::read_record(shown);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(core::to_json(*read), shown);
  EXPECT_EQ(read->failure, full_record().failure);
}

TEST(records_test, leaves_aside_what_a_later_version_has_added) {
  auto shown = core::to_json(full_record());
  shown["colour"] = "red";
  EXPECT_TRUE(control::read_record(shown));
  auto event = core::to_json(full_event());
  event["colour"] = "red";
  EXPECT_TRUE(control::read_event(event));
}

TEST(records_test, says_what_is_wrong) {
  EXPECT_EQ(event_problem(json::object()), "'kind' is missing");
  EXPECT_EQ(event_problem(3),
            "what was given is a number, not an object; 'kind' is missing");
  EXPECT_EQ(event_problem({{"kind", "task_started"}, {"attempt", -1}}),
            "'attempt' is -1, not a whole number from 0 to 4294967295");
  EXPECT_FALSE(control::read_record({{"status", "done"}}));
  EXPECT_FALSE(control::read_record({{"status", "failed"}, {"error", 3}}));
  EXPECT_FALSE(control::read_record(
    {{"status", "failed"}, {"history", {{{"kind", "danced"}}}}}));
  EXPECT_FALSE(control::read_record(json::array()));
}

} // namespace troupe::test
