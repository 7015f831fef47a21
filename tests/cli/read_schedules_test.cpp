#include "tests/cli/serve_loading.hpp"

#include <gtest/gtest.h>

namespace troupe::cli {

namespace {

using testing::load_serve;
using mistake_list = std::vector<std::string>;

/// A schedule with a task, and these fields.
testing::loaded_settings<serve_settings> load_one(const std::string& fields) {
  return load_serve("schedules: {s: {task: {argv: [x]}, " + fields + "}}");
}

} // namespace

TEST(read_schedules_test, read_all_there_is) {
  auto x = load_one("description: d, cron: 0 3 * * *, zone: Europe/Berlin, "
                    "overlap: queue, queue_max: 3, catch_up: {policy: all, "
                    "late_max: 5m, runs_max: 2}, jitter: 10s, start: "
                    "'2026-01-01T00:00:00Z', end: '2027-01-01T00:00:00Z', "
                    "max_runs: 9, paused: true");
  ASSERT_TRUE(x.value) << x.messages.at(0);
  auto& s = x.value->schedules.at(0);
  EXPECT_EQ(s.name, "s");
  EXPECT_EQ(s.description, "d");
  EXPECT_EQ(s.task.name, "s");
  EXPECT_EQ(s.task.capabilities, mistake_list{"process.run"});
  auto& cron = std::get<core::run_cron>(s.when);
  EXPECT_EQ(cron.expression, "0 3 * * *");
  EXPECT_EQ(cron.zone, "Europe/Berlin");
  EXPECT_EQ(s.overlap, core::overlap_policy::queue);
  EXPECT_EQ(s.queue_max, 3u);
  EXPECT_EQ(s.catch_up.policy, core::catch_up_policy::all);
  EXPECT_EQ(s.catch_up.late_max, std::chrono::minutes{5});
  EXPECT_EQ(s.catch_up.runs_max, 2u);
  EXPECT_EQ(s.jitter, std::chrono::seconds{10});
  EXPECT_EQ(core::to_string(s.start), "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(core::to_string(s.end), "2027-01-01T00:00:00.000Z");
  EXPECT_EQ(s.max_runs, 9u);
  EXPECT_TRUE(s.is_paused);
}

TEST(read_schedules_test, read_each_kind_of_times) {
  auto when = [](const std::string& fields) {
    auto x = load_one(fields);
    EXPECT_TRUE(x.value) << x.messages.at(0);
    return x.value ? x.value->schedules.at(0).when : core::schedule_times{};
  };
  EXPECT_EQ(std::get<core::run_after>(when("after: 5s")).delay,
            std::chrono::seconds{5});
  EXPECT_EQ(core::to_string(
              std::get<core::run_at>(when("at: '2026-01-01T00:00:00Z'")).at),
            "2026-01-01T00:00:00.000Z");
  auto every = std::get<core::run_every>(
    when("every: 1h, anchor: '2026-01-01T00:30:00Z'"));
  EXPECT_EQ(every.interval, std::chrono::hours{1});
  EXPECT_NE(every.anchor, core::never);
  EXPECT_EQ(std::get<core::run_cron>(when("cron: '* * * * *'")).zone, "UTC");
  auto short_form = load_one("every: 1h, catch_up: none");
  ASSERT_TRUE(short_form.value);
  EXPECT_EQ(short_form.value->schedules.at(0).catch_up.policy,
            core::catch_up_policy::none);
}

TEST(read_schedules_test, say_what_is_wrong) {
  auto one = mistake_list{"f:1:13: error: schedule 's' needs one of 'at', "
                          "'after', 'every' and 'cron'"};
  EXPECT_EQ(load_one("paused: true").messages, one);
  EXPECT_EQ(load_one("after: 1s, every: 1s").messages, one);
  EXPECT_EQ(load_one("after: 1s, zone: UTC").messages,
            mistake_list{"f:1:53: error: 'zone' of schedule 's' goes with "
                         "'cron'"});
  EXPECT_EQ(load_one("at: soon").messages,
            mistake_list{"f:1:40: error: 'at' of schedule 's' must be a time "
                         "like 2026-01-31T12:00:00Z, not 'soon'"});
  EXPECT_EQ(load_one("cron: 0 3 * *").messages.size(), 1u);
  EXPECT_EQ(load_one("every: 1m, overlap: slip").messages,
            mistake_list{"f:1:56: error: 'overlap' of schedule 's' cannot be "
                         "'slip'; did you mean 'skip'?"});
  EXPECT_EQ(load_serve("schedules: {s: {after: 1s}}").messages,
            mistake_list{"f:1:13: error: schedule 's' needs 'task'"});
  EXPECT_EQ(load_serve("schedules: {s: {after: 1s, task: {argv: [x], needs: "
                       "t}}}")
              .messages,
            mistake_list{"f:1:53: error: the task of schedule 's' cannot need "
                         "others"});
  EXPECT_EQ(load_serve("schedules: [s]").messages,
            mistake_list{"f:1:12: error: 'schedules' must be a mapping, not a "
                         "list"});
}

} // namespace troupe::cli
