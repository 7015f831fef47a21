#include "agents/timer.hpp"

#include "actors/troupe.hpp"
#include "agents/standard.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

using namespace troupe;
using namespace troupe::agents;
using namespace std::chrono_literals;

namespace {

task_spec sleep_task(json parameters) {
  task_spec spec;
  spec.name = "sleep";
  spec.capabilities = {"timer.sleep"};
  spec.parameters = std::move(parameters);
  spec.retry.max_retries = 0;
  return spec;
}

} // namespace

TEST(timer_test, sleeps_as_long_as_it_is_told) {
  runtime troupe;
  ASSERT_TRUE(troupe.add_agent(timer_agent("timer", 4)));
  for (const auto& parameters :
       {json{{"seconds", 0.02}}, json{{"duration", "20ms"}},
        json{{"duration", 0.02}}}) {
    auto done = troupe.execute(sleep_task(parameters), 30s);
    ASSERT_TRUE(done && done->ended) << parameters;
    EXPECT_GE(done->ended->result.value()["slept_ms"], 20.0) << parameters;
  }
}

TEST(timer_test, thousands_sleep_at_once) {
  constexpr uint32_t count = 5'000;
  runtime_options options;
  options.threads = 2;
  runtime troupe{options};
  ASSERT_TRUE(troupe.add_agent(timer_agent("timer", count)));
  // One after the other they would take eight minutes.
  auto ids = troupe.submit(
    std::vector<task_spec>(count, sleep_task({{"seconds", 0.1}})));
  ASSERT_TRUE(ids) << ids.error().message;
  auto ended = troupe.wait_all(*ids, 50s);
  ASSERT_TRUE(ended) << ended.error().message;
  for (const auto& record : *ended)
    ASSERT_EQ(record.status, task_status::completed);
}
