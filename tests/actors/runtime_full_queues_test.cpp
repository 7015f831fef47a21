// Full queues of a runtime, on real threads.

#include "tests/actors/runtimes.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using core::ec;
using core::full_policy;
using core::task_status;

constexpr uint64_t bound = 100;
constexpr uint64_t records_kept = 200;

actors::runtime_options small(full_policy policy) {
  actors::runtime_options options;
  core::queue_spec spec;
  spec.name = "default";
  spec.max_concurrent = 2;
  spec.waiting_max = bound;
  spec.when_full = policy;
  spec.full_wait_max = 1h;
  options.queues.push_back(spec);
  options.retention.count = records_kept;
  return options;
}

/// What became of all that a producer submitted who does not wait for anybody.
struct production {
  uint64_t made = 0;
  uint64_t refused = 0;
  uint64_t waiting_most = 0;
  uint64_t records_most = 0;
};

production produce(actors::runtime& troupe, uint64_t count) {
  production result;
  auto line = troupe.stream();
  for (; result.made < count; ++result.made) {
    auto spec = task("product");
    spec.priority = static_cast<int>(result.made % 100);
    EXPECT_TRUE(line.submit(std::move(spec)));
    if (result.made % 500 != 0)
      continue;
    auto stats = troupe.stats();
    EXPECT_TRUE(stats);
    result.waiting_most = std::max(result.waiting_most, stats->pending);
    result.records_most = std::max(result.records_most, stats->total);
  }
  result.refused = line.flush().value();
  return result;
}

/// Beyond what waits and what has ended: what runs, and what has been started
/// but not been reported.
void expect_bounded(const production& x) {
  EXPECT_LE(x.waiting_most, bound);
  EXPECT_LE(x.records_most, bound + records_kept + 1100);
}

} // namespace

TEST(runtime_full_queues_test, makes_a_producer_wait_that_never_stops) {
  actors::runtime troupe{small(full_policy::wait)};
  ASSERT_TRUE(troupe.add_agent(namer()));
  auto x = produce(troupe, 20'000);
  expect_bounded(x);
  EXPECT_EQ(x.refused, 0u);
  ASSERT_TRUE(troupe.wait_until_idle());
  EXPECT_EQ(troupe.stats()->submitted, x.made);
}

TEST(runtime_full_queues_test, refuses_a_producer_that_never_stops) {
  actors::runtime troupe{small(full_policy::refuse)};
  auto x = produce(troupe, 20'000);
  expect_bounded(x);
  EXPECT_EQ(x.refused, x.made - bound);
}

TEST(runtime_full_queues_test, sheds_for_a_producer_that_never_stops) {
  actors::runtime troupe{small(full_policy::shed)};
  auto x = produce(troupe, 20'000);
  expect_bounded(x);
  // The most urgent are left.
  core::task_query query;
  query.status = task_status::pending;
  auto left = troupe.list(query);
  ASSERT_TRUE(left);
  EXPECT_EQ(left->tasks.size(), bound);
  for (auto& y : left->tasks)
    EXPECT_EQ(y.priority, core::task_priority{99});
}

TEST(runtime_full_queues_test, lets_submit_wait_for_room) {
  auto options = small(full_policy::wait);
  options.queues.front().waiting_max = 1;
  actors::runtime troupe{options};
  auto first = troupe.submit(task("first"));
  ASSERT_TRUE(first);
  auto second = std::async(std::launch::async,
                           [&] { return troupe.submit(task("second")); });
  // Whether it waits by then or not: it is accepted.
  ASSERT_TRUE(troupe.add_agent(namer()));
  auto id = second.get();
  ASSERT_TRUE(id);
  EXPECT_EQ(troupe.wait(*id)->status, task_status::completed);
}

TEST(runtime_full_queues_test, says_when_it_gives_up) {
  auto options = small(full_policy::wait);
  options.queues.front().waiting_max = 1;
  options.queues.front().full_wait_max = 10ms;
  actors::runtime troupe{options};
  ASSERT_TRUE(troupe.submit(task("first")));
  auto why = failure_of(troupe.submit(task("second")));
  EXPECT_EQ(why.code, ec::queue_full);
  EXPECT_EQ(why.message, "queue 'default' had no room for 1 more within 10ms; "
                         "no more than 1 may wait in it");
}

TEST(runtime_full_queues_test, refuses_settings_that_make_no_sense) {
  auto options = small(full_policy::shed);
  options.queues.front().waiting_max = 0;
  EXPECT_THROW(actors::runtime{options}, std::invalid_argument);
}

} // namespace troupe::test
