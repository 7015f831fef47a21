#include "core/schedule_codec.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

constexpr time_point some_time{1'790'000'000'123'456'789ns};

const std::vector<std::function<void(schedule_spec&)>> spec_changes{
  [](auto& x) { x.name = "nightly"; },
  [](auto& x) { x.description = "d"; },
  [](auto& x) { x.task.name = "back up"; },
  [](auto& x) { x.when = run_at{some_time}; },
  [](auto& x) { x.when = run_after{1ns}; },
  [](auto& x) { x.when = run_every{2ns}; },
  [](auto& x) {
    x.when = run_every{2ns, some_time};
  },
  [](auto& x) { x.when = run_cron{"0 0 * * *"}; },
  [](auto& x) {
    x.when = run_cron{"@daily", "Europe/Berlin"};
  },
  [](auto& x) { x.overlap = overlap_policy::queue; },
  [](auto& x) { x.queue_max = 3; },
  [](auto& x) { x.catch_up.policy = catch_up_policy::all; },
  [](auto& x) { x.catch_up.late_max = 3ns; },
  [](auto& x) { x.catch_up.runs_max = 4; },
  [](auto& x) { x.jitter = 5ns; },
  [](auto& x) { x.start = some_time; },
  [](auto& x) { x.end = some_time; },
  [](auto& x) { x.max_runs = ~uint64_t{0}; },
  [](auto& x) { x.is_paused = true; },
};

const std::vector<std::function<void(schedule_state&)>> state_changes{
  [](auto& x) { x.added = some_time; },
  [](auto& x) { x.passed = some_time - 1ns; },
  [](auto& x) { x.runs = ~uint64_t{0}; },
  [](auto& x) {
    x.running = run_key{7, some_time};
  },
  [](auto& x) { x.is_cancelling = true; },
  [](auto& x) {
    x.waiting = {some_time, some_time + 1ns};
  },
  [](auto& x) { x.last_nominal = some_time; },
  [](auto& x) { x.skipped = 8; },
  [](auto& x) { x.last_skipped = some_time; },
  [](auto& x) { x.missed = 9; },
  [](auto& x) { x.is_paused = true; },
};

std::string text_of_schedule(const schedule_spec& x) {
  std::string text;
  encode_schedule(x, text);
  return text;
}

std::string text_of_state(const schedule_state& x) {
  std::string text;
  encode_schedule_state(x, text);
  return text;
}

/// What is wrong with a text.
std::string problem_of_schedule(std::string_view text) {
  auto read = decode_schedule(text);
  if (read)
    return "";
  EXPECT_EQ(read.error().code, ec::invalid_argument);
  return read.error().message;
}

void expect_kept(const schedule_spec& x) {
  auto text = text_of_schedule(x);
  auto read = decode_schedule(text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(text_of_schedule(*read), text);
  EXPECT_EQ(read->when.index(), x.when.index());
}

} // namespace

TEST(schedule_codec_test, keeps_every_field_of_a_spec) {
  auto plain = text_of_schedule({});
  schedule_spec all;
  for (auto& change : spec_changes) {
    schedule_spec x;
    change(x);
    EXPECT_NE(text_of_schedule(x), plain);
    expect_kept(x);
    change(all);
  }
  expect_kept(all);
  expect_kept({});
}

TEST(schedule_codec_test, keeps_every_field_of_a_state) {
  auto plain = text_of_state({});
  schedule_state all;
  for (auto& change : state_changes) {
    schedule_state x;
    change(x);
    auto text = text_of_state(x);
    EXPECT_NE(text, plain);
    EXPECT_EQ(decode_schedule_state(text), x) << text;
    change(all);
  }
  EXPECT_EQ(decode_schedule_state(text_of_state(all)), all);
  EXPECT_EQ(decode_schedule_state(plain), schedule_state{});
}

TEST(schedule_codec_test, writes_only_what_is_not_as_it_is_by_itself) {
  schedule_spec x;
  x.name = "nightly";
  x.task.name = "back up";
  x.when = run_cron{"30 2 * * *", "Europe/Berlin"};
  EXPECT_EQ(text_of_schedule(x),
            R"({"name":"nightly","task":{"name":"back up"},)"
            R"("when":{"cron":"30 2 * * *","zone":"Europe/Berlin"},)"
            R"("catch_up":{}})");
  EXPECT_EQ(text_of_state({}), "{}");
}

TEST(schedule_codec_test, refuses_what_it_does_not_understand) {
  EXPECT_EQ(problem_of_schedule(R"({"catch_up":{"policy":"some"}})"),
            "catch_up: policy: 'some' is none of the names there are");
  EXPECT_EQ(problem_of_schedule(R"({"task":{"limits":{"total":"1s"}}})"),
            "task: limits: total: is a string, not an integer");
  EXPECT_EQ(problem_of_schedule(R"({"when":{"cron":5}})"),
            "when: cron: is a number, not a string");
  EXPECT_NE(problem_of_schedule(R"({"nmae":"x"})"), "");
  for (auto when : {R"({})", R"({"at":1,"every":1})",
                    R"({"after":1,"cron":"@daily"})", R"({"at":1,"anchor":1})",
                    R"({"every":1,"zone":"UTC"})", R"({"zone":"UTC"})"})
    EXPECT_EQ(problem_of_schedule(R"({"when":)" + std::string{when} + '}'),
              "when: has not one of at, after, every (with anchor) and cron "
              "(with zone)")
      << when;
  auto state = decode_schedule_state(R"({"waiting":[1,"2"]})");
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().message, "waiting: is a string, not an integer");
  EXPECT_FALSE(decode_schedule_state(R"({"running":{"nmuber":1}})"));
  EXPECT_FALSE(decode_schedule_state("{"));
}

} // namespace troupe::core
