#include "control/schedule_fields.hpp"

#include "core/schedule_codec.hpp"

#include <gtest/gtest.h>

namespace troupe::test {

namespace {

using control::object_reader;
using core::json;

std::string schedule_problems(json from) {
  object_reader outer{json::object()};
  control::read_schedule(std::move(from), "schedule", outer);
  auto good = outer.finish();
  return good ? "" : good.error().message;
}

json minimal() {
  return {{"name", "a"}, {"task", json::object()}, {"after_seconds", 5}};
}

std::string encoded_schedule(const core::schedule_spec& x) {
  std::string text;
  core::encode_schedule(x, text);
  return text;
}

} // namespace

TEST(schedule_fields_test, read_what_they_write) {
  core::time_point noon{std::chrono::hours{24 * 365 * 60}};
  core::schedule_spec x;
  x.name = "a";
  x.description = "b";
  x.task.name = "t";
  x.overlap = core::overlap_policy::queue;
  x.queue_max = 7;
  x.catch_up = {core::catch_up_policy::all, std::chrono::milliseconds{1500}, 3};
  x.jitter = std::chrono::seconds{2};
  x.start = noon;
  x.end = noon + std::chrono::hours{1};
  x.max_runs = 9;
  for (core::schedule_times when :
       {core::schedule_times{core::run_at{noon}},
        core::schedule_times{core::run_after{std::chrono::seconds{1}}},
        core::schedule_times{core::run_every{std::chrono::minutes{1}, noon}},
        core::schedule_times{core::run_every{std::chrono::minutes{1}}},
        core::schedule_times{core::run_cron{"* * * * *", "Europe/Berlin"}}}) {
    x.when = when;
    object_reader outer{json::object()};
    auto read = control::read_schedule(control::to_json(x), "s", outer);
    auto good = outer.finish();
    EXPECT_TRUE(good) << good.error().message;
    EXPECT_EQ(encoded_schedule(read), encoded_schedule(x));
  }
}

TEST(schedule_fields_test, say_where_something_is_wrong) {
  EXPECT_EQ(schedule_problems(minimal()), "");
  auto with = [](const char* name, json value) {
    auto x = minimal();
    x[name] = std::move(value);
    return schedule_problems(x);
  };
  auto without = [](const char* name) {
    auto x = minimal();
    x.erase(name);
    return schedule_problems(x);
  };
  auto one = "'schedule.at' or one of 'after_seconds', 'every_seconds' and "
             "'cron' says when it runs, and not several of them";
  EXPECT_EQ(without("after_seconds"), one);
  EXPECT_EQ(with("cron", "* * * * *"), one);
  EXPECT_EQ(with("zone", "UTC"), "'schedule.zone' goes with 'cron'");
  EXPECT_EQ(with("anchor", "2026-01-31T12:00:00Z"),
            "'schedule.anchor' goes with 'every_seconds'");
  EXPECT_EQ(without("name"), "'schedule.name' is missing");
  EXPECT_EQ(without("task"), "'schedule.task' is missing");
  EXPECT_EQ(with("task", {{"dependencies", {"x"}}}),
            "'schedule.task.dependencies' of a schedule's task go by ids");
  EXPECT_EQ(with("overlap", "quue"),
            "'schedule.overlap' cannot be 'quue' (did you mean 'queue'?); it "
            "is one of skip, queue, cancel_previous");
  EXPECT_EQ(with("catch_up", {{"runs", 1}}),
            "'schedule.catch_up.runs' is not known here");
  EXPECT_EQ(with("every", 1), "'schedule.every' is not known here");
}

TEST(schedule_fields_test, show_what_has_become_of_it) {
  core::schedule_info x;
  core::schedule_spec spec;
  spec.name = "a";
  spec.when = core::run_after{std::chrono::seconds{5}};
  x.spec = std::make_shared<const core::schedule_spec>(spec);
  x.state.runs = 2;
  x.state.missed = 1;
  x.next = {core::time_point{std::chrono::hours{1}}};
  x.task = {1, 2};
  auto shown = control::to_json(x);
  EXPECT_EQ(shown.at("runs"), 2);
  EXPECT_EQ(shown.at("missed"), 1);
  EXPECT_EQ(shown.at("next"), json{"1970-01-01T01:00:00.000Z"});
  EXPECT_EQ(shown.at("running"), core::to_string(x.task));
  EXPECT_EQ(shown.at("after_seconds"), 5.0);
  EXPECT_FALSE(shown.contains("due"));
}

} // namespace troupe::test
