#include "tests/cli/managed.hpp"

#include <csignal>

namespace troupe::cli {

namespace {

using core::json;
using client_watch_test = testing::managed;

} // namespace

TEST_F(client_watch_test, shows_events_of_a_task_until_it_ends) {
  auto id = submit("work", {{"name", "job"}});
  wait(id);
  // All of it is over, so there is nothing to come.
  EXPECT_EQ(run(client_action::watch, {id}), 0);
  EXPECT_EQ(out, "");
  EXPECT_EQ(run(client_action::watch, {id}, {{"from", 1}}), 0);
  EXPECT_NE(out.find(" submitted        job " + id), out.npos) << out;
}

TEST_F(client_watch_test, ends_when_asked_to) {
  auto asked = 0;
  console_.interruption = [&] {
    return ++asked > 1 ? SIGINT : 0;
  };
  auto id = submit("wait", {{"name", "job"}});
  EXPECT_EQ(run(client_action::watch, {}, {{"from", 1}}), 128 + SIGINT);
  EXPECT_NE(out.find("submitted        job " + id), out.npos) << out;
}

TEST_F(client_watch_test, prints_a_line_of_json_for_each_event) {
  auto asked = 0;
  console_.interruption = [&] {
    return ++asked > 1 ? SIGINT : 0;
  };
  auto id = submit("wait");
  client_options options;
  options.action = client_action::watch;
  options.arguments["from"] = 1;
  options.is_json = true;
  run(options);
  auto first = json::parse(out.substr(0, out.find('\n')));
  EXPECT_TRUE(first.contains("kind")) << out;
}

TEST_F(client_watch_test, goes_on_through_a_restart_of_the_manager) {
  auto reads = 0;
  testing::fake_channel restarted{
    [&](std::string_view method, const json& arguments) -> core::result<json> {
      if (method == "tasks.get")
        return json{{"name", "job"},
                    {"status", reads < 3 ? "running" : "completed"}};
      switch (++reads) {
        case 1:
          return json{{"events", json::array()}, {"next", 7}, {"log", "a"}};
        case 2:
          EXPECT_EQ(arguments.at("from"), 7);
          EXPECT_EQ(arguments.at("log"), "a");
          return core::fail(core::ec::unavailable, "gone");
        default:
          return json{{"events", {{{"kind", "task_started"}}}},
                      {"next", 2},
                      {"log", "b"},
                      {"lost", 0},
                      {"is_other_log", true}};
      }
    }};
  manager_ = &restarted;
  auto rests = 0;
  console_.rest = [&](auto) {
    ++rests;
  };
  EXPECT_EQ(run(client_action::watch, {test::no_task}), 0);
  EXPECT_EQ(rests, 1);
  EXPECT_EQ(err, "troupe: unavailable: gone; trying again\n"
                 "troupe: the manager answers again\n"
                 "troupe: the manager was started again; events before that "
                 "may be missing\n");
  EXPECT_EQ(out, "[--:--:--] started         \n");
}

TEST_F(client_watch_test, says_how_many_events_were_missed) {
  testing::fake_channel busy{
    [&](std::string_view method, const json&) -> core::result<json> {
      if (method == "tasks.get")
        return json{{"name", "job"}, {"status", "running"}};
      return json{{"events",
                   {{{"kind", "task_completed"}, {"task", test::no_task}}}},
                  {"next", 9},
                  {"log", "a"},
                  {"lost", 5}};
    }};
  manager_ = &busy;
  EXPECT_EQ(run(client_action::watch, {test::no_task}), 0);
  EXPECT_EQ(err, "troupe: 5 events were missed\n");
}

TEST_F(client_watch_test, names_what_is_not_there) {
  EXPECT_EQ(run(client_action::watch, {test::no_task}), 1);
  EXPECT_TRUE(err.starts_with("troupe: unknown_task: ")) << err;
}

} // namespace troupe::cli
