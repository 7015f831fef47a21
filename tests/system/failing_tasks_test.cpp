// A hundred thousand tasks of which a third of all attempts fail, on real
// threads.

#include "actors/runtime.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <unordered_map>
#include <vector>

namespace troupe {

namespace {

using namespace std::chrono_literals;

constexpr uint64_t count = 100'000;
constexpr uint32_t retries = 2;

/// By chance, but the same in each run.
bool fails(uint64_t task, uint32_t attempt) {
  auto x = (task * 31 + attempt) * 0x9e3779b97f4a7c15ull;
  x ^= x >> 29;
  x *= 0xbf58476d1ce4e5b9ull;
  return (x >> 33) % 3 == 0;
}

core::task_spec task(uint64_t number) {
  core::task_spec spec;
  spec.name = "chancy";
  spec.capabilities.emplace_back("work");
  spec.parameters = core::json(number);
  spec.retry = {
    .max_retries = retries, .backoff = core::backoff_kind::fixed, .base = 1ms};
  return spec;
}

} // namespace

TEST(failing_tasks_test, each_of_many_reaches_its_one_end) {
  actors::runtime_options options;
  core::queue_spec queue;
  queue.name = "default";
  queue.max_concurrent = 0;
  queue.retry_budget.is_enabled = false;
  options.queues.push_back(queue);
  options.retention.dead_letters_max = count;
  actors::runtime troupe{std::move(options)};
  std::vector<std::atomic<uint8_t>> attempts(count);
  for (auto* id : {"first", "second"}) {
    actors::agent_definition agent{id};
    agent.slots(100).on(
      "work", actors::cooperative([&](auto& ctx) {
        auto number = ctx.parameters().template get<uint64_t>();
        ++attempts[number];
        if (fails(number, ctx.attempt_number()))
          throw core::failure{{core::ec::handler_failed, "by chance"}};
      }));
    ASSERT_TRUE(troupe.add_agent(std::move(agent)));
  }
  auto line = troupe.stream();
  std::unordered_map<core::task_id, uint64_t> numbers;
  for (uint64_t i = 0; i < count; ++i) {
    auto id = line.submit(task(i));
    ASSERT_TRUE(id);
    numbers.emplace(*id, i);
  }
  EXPECT_EQ(line.flush(), 0u);
  EXPECT_TRUE(troupe.wait_until_idle());
  uint64_t completed = 0;
  for (uint64_t i = 0; i < count; ++i) {
    uint32_t needed = 1;
    while (needed <= retries && fails(i, needed))
      ++needed;
    ASSERT_EQ(attempts[i], needed) << "task " << i;
    completed += !fails(i, needed);
  }
  auto stats = troupe.stats();
  ASSERT_TRUE(stats);
  EXPECT_EQ(stats->completed, completed);
  EXPECT_EQ(stats->failed, count - completed);
  // Those that never succeeded are the dead letters.
  core::dead_letter_query query;
  query.limit = 1000;
  uint64_t dead = 0;
  for (;;) {
    auto page = troupe.dead_letters(query);
    ASSERT_TRUE(page);
    for (auto& x : page->tasks) {
      EXPECT_TRUE(fails(numbers.at(x.id()), retries + 1));
      EXPECT_EQ(x.attempt, retries + 1);
      ++dead;
    }
    if (page->next.is_nil())
      break;
    query.after = page->next;
  }
  EXPECT_EQ(dead, stats->failed);
  EXPECT_GT(dead, count / 40) << "chance is not what it should be";
}

} // namespace troupe
