#include "tests/control/served.hpp"

#include <future>

namespace troupe::test {

namespace {

class event_methods_test : public served {
protected:
  /// Waits for events that are there.
  json read(json arguments) {
    arguments.update({{"timeout_seconds", 60}}, false);
    return call("events.read", std::move(arguments));
  }
};

} // namespace

TEST_F(event_methods_test, are_read_from_a_number_on) {
  wait(submit("work"));
  auto first = read({{"from", 1}, {"max", 2}});
  ASSERT_EQ(first.at("events").size(), 2u);
  EXPECT_EQ(first["events"][0].at("sequence"), 1);
  EXPECT_EQ(first.at("next"), 3);
  EXPECT_EQ(first.at("lost"), 0);
  auto second = read({{"from", first.at("next")}, {"max", 1}});
  EXPECT_EQ(second.at("events").at(0).at("sequence"), 3);
}

TEST_F(event_methods_test, are_waited_for) {
  auto here = call("events.read").at("next");
  auto later = std::async(std::launch::async, [&] {
    return read({{"from", here}});
  });
  auto id = submit("wait");
  EXPECT_EQ(later.get().at("events").at(0).at("task"), id);
}

TEST_F(event_methods_test, say_where_they_end) {
  submit("wait");
  auto end = call("events.read");
  EXPECT_TRUE(end.at("events").empty());
  auto id = submit("wait");
  auto found = read({{"from", end.at("next")}, {"max", 1}});
  EXPECT_EQ(found.at("events").at(0).at("task"), id);
  EXPECT_EQ(found.at("events").at(0).at("kind"), "task_submitted");
}

TEST_F(event_methods_test, are_those_of_some_tasks_if_wanted) {
  submit("wait");
  auto id = submit("wait", {{"name", "this"}});
  submit("wait");
  call("tasks.cancel", {{"task", id}});
  auto first = read({{"from", 1}, {"tasks", {id}}, {"max", 1}});
  auto second = read({{"from", first.at("next")}, {"tasks", {id}}, {"max", 1}});
  EXPECT_EQ(first.at("events").at(0).at("kind"), "task_submitted");
  EXPECT_EQ(first["events"][0].at("task"), id);
  EXPECT_EQ(second.at("events").at(0).at("task"), id);
}

TEST_F(event_methods_test, begin_anew_for_who_knows_another_log) {
  submit("wait");
  auto found = read({{"from", 1'000'000}, {"log", "another"}, {"max", 1}});
  EXPECT_EQ(found.at("is_other_log"), true);
  EXPECT_EQ(found.at("events").at(0).at("sequence"), 1);
  auto log = found.at("log");
  EXPECT_EQ(call("control.describe").at("log"), log);
  EXPECT_FALSE(
    read({{"from", 1}, {"log", log}, {"max", 1}}).contains("is_other_log"));
}

TEST(event_methods_of_a_small_log_test, say_how_many_were_lost) {
  actors::runtime_options options;
  options.events_kept = 2;
  actors::runtime troupe{std::move(options)};
  control::service service{troupe};
  auto call = [&](const char* method, json arguments) {
    auto result = service.call(method, std::move(arguments));
    EXPECT_TRUE(result);
    return result.value_or(json::object());
  };
  // Each has two events: it is submitted and ready.
  for (auto i = 0; i < 3; ++i)
    call("tasks.submit",
         {{"task", {{"name", "a"}, {"capabilities", {"work"}}}}});
  auto end = call("events.read", json::object()).at("next").get<uint64_t>();
  ASSERT_GT(end, 3u);
  auto found = call("events.read", {{"from", 1}, {"timeout_seconds", 60}});
  EXPECT_EQ(found.at("lost"), end - 3);
  EXPECT_EQ(found.at("events").size(), 2u);
  EXPECT_EQ(found.at("next"), end);
}

TEST_F(event_methods_test, say_what_is_wrong) {
  EXPECT_EQ(refusal("events.read", {{"max", 0}}),
            "invalid_argument: 'max' is 0, not a whole number from 1 to 1000");
  EXPECT_EQ(refusal("events.read", {{"timeout_seconds", "2m"}}),
            "invalid_argument: 'timeout_seconds' is 2m, which is longer than "
            "1m");
}

} // namespace troupe::test
