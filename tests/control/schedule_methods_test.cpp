#include "tests/control/served.hpp"

namespace troupe::test {

namespace {

using schedule_methods_test = served;

json nightly() {
  return {{"name", "nightly"},
          {"task", {{"name", "tidy"}, {"capabilities", "work"}}},
          {"cron", "0 3 * * *"}};
}

} // namespace

TEST_F(schedule_methods_test, are_added_and_listed) {
  call("schedules.add", {{"schedule", nightly()}, {"by", "ann"}});
  auto all = call("schedules.list", {{"next", 2}}).at("schedules");
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].at("cron"), "0 3 * * *");
  EXPECT_EQ(all[0].at("zone"), "UTC");
  EXPECT_EQ(all[0].at("next").size(), 2u);
  EXPECT_EQ(all[0].at("task").at("owner"), "ann");
  EXPECT_EQ(
    call("schedules.list", {{"schedule", "nightly"}}).at("schedules").size(),
    1u);
  EXPECT_TRUE(refusal("schedules.list", {{"schedule", "weekly"}})
                .starts_with("invalid_argument: "));
}

TEST_F(schedule_methods_test, are_paused_resumed_and_removed) {
  call("schedules.add", {{"schedule", nightly()}});
  auto is_paused = [&] {
    return call("schedules.list").at("schedules").at(0).at("is_paused");
  };
  call("schedules.pause", {{"schedule", "nightly"}});
  EXPECT_EQ(is_paused(), true);
  call("schedules.resume", {{"schedule", "nightly"}});
  EXPECT_EQ(is_paused(), false);
  call("schedules.remove", {{"schedule", "nightly"}});
  EXPECT_TRUE(call("schedules.list").at("schedules").empty());
  for (auto* method :
       {"schedules.pause", "schedules.resume", "schedules.remove"}) {
    EXPECT_TRUE(refusal(method, {{"schedule", "nightly"}})
                  .starts_with("invalid_argument: "));
    EXPECT_EQ(refusal(method), "invalid_argument: 'schedule' is missing");
  }
}

TEST_F(schedule_methods_test, submit_their_tasks) {
  auto now = nightly();
  now.erase("cron");
  now["after_seconds"] = 0;
  call("schedules.add", {{"schedule", now}});
  EXPECT_EQ(wait(await_event("schedule_fired")).at("name"), "tidy");
}

TEST_F(schedule_methods_test, say_what_is_wrong) {
  EXPECT_EQ(refusal("schedules.add"),
            "invalid_argument: 'schedule' is missing");
  auto wrong = nightly();
  wrong["cron"] = "0 3 * *";
  EXPECT_NE(refusal("schedules.add", {{"schedule", wrong}}).find("cron"),
            std::string::npos);
  call("schedules.add", {{"schedule", nightly()}});
  wrong = nightly();
  wrong["zone"] = "Europe/Berlin";
  EXPECT_TRUE(
    refusal("schedules.add", {{"schedule", wrong}}).starts_with("duplicate: "));
}

} // namespace troupe::test
