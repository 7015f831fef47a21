#include "cli/event_reader.hpp"

#include "tests/cli/managed.hpp"

namespace troupe::cli {

namespace {

using core::json;

class event_reader_test : public testing::managed {
protected:
  client_options options_;
  client_task task_{options_, service_, console_, ""};
};

} // namespace

TEST_F(event_reader_test, reads_what_happens_from_now_on) {
  submit("wait");
  event_reader events{task_, {}};
  ASSERT_TRUE(events.begin());
  auto id = submit("wait");
  auto batch = events.next(std::chrono::seconds{60});
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->events.at(0).at("task"), id);
  EXPECT_FALSE(batch->has_gap());
}

TEST_F(event_reader_test, reads_from_a_number_on_without_gaps) {
  wait(submit("work"));
  event_reader events{task_, {}};
  events.start_at(1);
  uint64_t next = 1;
  while (next < 4) {
    auto batch = events.next(std::chrono::seconds{60});
    ASSERT_TRUE(batch);
    for (auto& x : batch->events)
      EXPECT_EQ(x.at("sequence"), next++);
  }
}

TEST_F(event_reader_test, asks_only_for_the_tasks_it_is_about) {
  std::vector<json> seen;
  testing::fake_channel manager{[&](auto, auto& arguments) -> json {
    seen.push_back(arguments);
    return {{"events", json::array()}, {"next", 3}, {"log", "a"}};
  }};
  client_task task{options_, manager, console_, ""};
  event_reader events{task, {"x"}};
  ASSERT_TRUE(events.begin());
  ASSERT_TRUE(events.next(std::chrono::seconds{2}));
  EXPECT_EQ(seen.at(0),
            (json{{"max", 1000}, {"tasks", {"x"}}, {"timeout_seconds", 0.0}}));
  EXPECT_EQ(seen.at(1), (json{{"max", 1000},
                              {"tasks", {"x"}},
                              {"from", 3},
                              {"log", "a"},
                              {"timeout_seconds", 2.0}}));
  event_reader many{task, std::vector<std::string>(1001, "x")};
  ASSERT_TRUE(many.begin());
  EXPECT_FALSE(seen.back().contains("tasks"));
}

TEST_F(event_reader_test, passes_on_what_is_wrong) {
  testing::fake_channel manager{[&](auto, auto&) -> core::result<json> {
    return core::fail(core::ec::invalid_argument, "no such method");
  }};
  client_task task{options_, manager, console_, ""};
  event_reader events{task, {}};
  EXPECT_EQ(events.begin().error().code, core::ec::invalid_argument);
  EXPECT_EQ(events.next({}).error().code, core::ec::invalid_argument);
  testing::fake_channel odd{[&](auto, auto&) -> json {
    return 3;
  }};
  client_task other{options_, odd, console_, ""};
  EXPECT_EQ(event_reader(other, {}).begin().error().code,
            core::ec::unavailable);
}

} // namespace troupe::cli
