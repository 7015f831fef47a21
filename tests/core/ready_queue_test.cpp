#include "core/ready_queue.hpp"

#include "tests/core/start.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

/// Pops everything of class 0.
std::vector<uint32_t> drain(ready_queue& queue) {
  std::vector<uint32_t> order;
  while (!queue.empty(0))
    order.push_back(queue.pop(0));
  return order;
}

using handles = std::vector<uint32_t>;

} // namespace

TEST(ready_queue_test, higher_priority_goes_first_then_age) {
  ready_queue queue;
  queue.push(0, 0, 50, 0, start + 2s);
  queue.push(1, 0, 25, 0, start);
  queue.push(2, 0, 50, 0, start);
  queue.push(3, 0, 100, 0, start + 9s);
  EXPECT_EQ(queue.size(), 4u);
  EXPECT_EQ(queue.top(0), 3u);
  EXPECT_EQ(queue.top_priority(0), 100);
  EXPECT_EQ(drain(queue), (handles{3, 0, 2, 1}));
  EXPECT_TRUE(queue.empty());
}

TEST(ready_queue_test, compares_the_heads_of_classes) {
  ready_queue queue;
  queue.push(0, 7, 50, 0, start);
  queue.push(1, 2, 50, 0, start);
  queue.push(2, 2, 75, 0, start);
  EXPECT_TRUE(queue.precedes(2, 7));
  EXPECT_FALSE(queue.precedes(7, 2));
  EXPECT_EQ(queue.pop(2), 2u);
  EXPECT_TRUE(queue.precedes(7, 2));
}

TEST(ready_queue_test, knows_the_classes_with_tasks) {
  ready_queue queue;
  auto classes = [&queue] {
    handles result{queue.active_classes().begin(),
                   queue.active_classes().end()};
    std::ranges::sort(result);
    return result;
  };
  EXPECT_EQ(classes(), handles{});
  EXPECT_EQ(queue.size(12), 0u);
  queue.push(0, 5, 50, 0, start);
  queue.push(1, 3, 50, 0, start);
  queue.push(2, 4, 50, 0, start);
  queue.push(3, 3, 50, 0, start);
  EXPECT_EQ(classes(), (handles{3, 4, 5}));
  EXPECT_EQ(queue.size(3), 2u);
  queue.pop(5);
  EXPECT_EQ(classes(), (handles{3, 4}));
  queue.erase(1);
  queue.erase(3);
  EXPECT_EQ(classes(), (handles{4}));
  EXPECT_TRUE(queue.empty(3));
}

TEST(ready_queue_test, what_is_not_in_it_cannot_be_changed) {
  ready_queue queue;
  EXPECT_FALSE(queue.erase(3));
  EXPECT_FALSE(queue.reprioritize(3, 50));
  queue.push(3, 0, 50, 0, start);
  EXPECT_TRUE(queue.contains(3));
  EXPECT_TRUE(queue.reprioritize(3, 50));
  EXPECT_TRUE(queue.erase(3));
  EXPECT_FALSE(queue.erase(3));
  EXPECT_FALSE(queue.contains(3));
  EXPECT_FALSE(queue.contains(1'000'000));
}

TEST(ready_queue_test, a_new_priority_keeps_the_age) {
  ready_queue queue;
  queue.push(0, 0, 50, 0, start);
  queue.push(1, 0, 75, 0, start);
  queue.push(2, 0, 75, 0, start);
  queue.reprioritize(0, 75);
  EXPECT_EQ(queue.top(0), 0u);
  queue.reprioritize(1, 10);
  EXPECT_EQ(drain(queue), (handles{0, 2, 1}));
}

TEST(ready_queue_test, aging_lets_low_ones_overtake) {
  ready_queue queue{{.aging = 1s}};
  queue.push(0, 0, 25, 0, start);
  // One point per second: 25 points are made up for by 25 seconds.
  queue.push(1, 0, 50, 0, start + 24s);
  queue.push(2, 0, 50, 0, start + 26s);
  EXPECT_EQ(drain(queue), (handles{1, 0, 2}));
}

TEST(ready_queue_test, aging_orders_equals_by_the_time_they_became_ready) {
  ready_queue queue{{.aging = 1s}};
  queue.push(0, 0, 50, 0, start + 2s);
  queue.push(1, 0, 50, 0, start);
  queue.push(2, 0, 50, 0, start);
  EXPECT_EQ(drain(queue), (handles{1, 2, 0}));
}

TEST(ready_queue_test, extreme_times_and_aging_keep_the_order) {
  for (auto aging : {duration{1}, duration{1h}, duration::max()}) {
    ready_queue queue{{.aging = aging}};
    queue.push(0, 0, 50, 0, time_point::max());
    queue.push(1, 0, 50, 0, time_point::min());
    queue.push(2, 0, 50, 0, start);
    EXPECT_EQ(drain(queue), (handles{1, 2, 0}));
  }
}

TEST(ready_queue_test, owners_take_turns) {
  ready_queue queue{{.is_fair = true}};
  for (uint32_t i = 0; i < 4; ++i)
    queue.push(i, 0, 50, 1, start);
  queue.push(4, 0, 50, 2, start);
  queue.push(5, 0, 50, 2, start);
  queue.push(6, 0, 50, 3, start);
  EXPECT_EQ(drain(queue), (handles{0, 4, 6, 1, 5, 2, 3}));
}

TEST(ready_queue_test, turns_are_taken_within_a_priority) {
  ready_queue queue{{.is_fair = true}};
  queue.push(0, 0, 75, 1, start);
  queue.push(1, 0, 75, 1, start);
  queue.push(2, 0, 50, 2, start);
  EXPECT_EQ(drain(queue), (handles{0, 1, 2}));
}

TEST(ready_queue_test, a_newcomer_does_not_wait_for_a_backlog) {
  ready_queue queue{{.is_fair = true}};
  for (uint32_t i = 0; i < 100; ++i)
    queue.push(i, 0, 50, 1, start);
  for (uint32_t i = 0; i < 50; ++i)
    queue.pop(0);
  queue.push(100, 0, 50, 2, start);
  EXPECT_EQ(queue.top(0), 100u);
}

TEST(ready_queue_test, who_was_absent_saves_no_turns_up) {
  ready_queue queue{{.is_fair = true}};
  queue.push(0, 0, 50, 1, start);
  for (uint32_t i = 1; i < 100; ++i)
    queue.push(i, 0, 50, 2, start);
  for (uint32_t i = 0; i < 50; ++i)
    queue.pop(0);
  queue.push(100, 0, 50, 1, start);
  queue.push(101, 0, 50, 1, start);
  queue.push(102, 0, 50, 1, start);
  handles order{drain(queue)};
  order.resize(6);
  EXPECT_EQ(order, (handles{100, 50, 101, 51, 102, 52}));
}

TEST(ready_queue_test, erased_tasks_cost_no_turns) {
  ready_queue queue{{.is_fair = true}};
  for (uint32_t i = 0; i < 10; ++i)
    queue.push(i, 0, 50, 1, start);
  queue.push(10, 0, 50, 2, start);
  queue.push(11, 0, 50, 2, start);
  for (uint32_t i = 0; i < 10; ++i)
    queue.erase(i);
  queue.push(12, 0, 50, 2, start);
  queue.push(13, 0, 50, 1, start);
  EXPECT_EQ(drain(queue), (handles{10, 11, 13, 12}));
}

TEST(ready_queue_test, turns_are_taken_over_all_classes) {
  ready_queue queue{{.is_fair = true}};
  queue.push(0, 0, 50, 1, start);
  queue.push(1, 0, 50, 1, start);
  queue.push(2, 1, 50, 2, start);
  EXPECT_EQ(queue.pop(0), 0u);
  EXPECT_TRUE(queue.precedes(1, 0));
}

TEST(ready_queue_test, aging_and_turns_work_together) {
  ready_queue queue{{.aging = 1s, .is_fair = true}};
  queue.push(0, 0, 50, 1, start);
  queue.push(1, 0, 50, 1, start);
  queue.push(2, 0, 50, 2, start + 500ms);
  // Two seconds later: two points behind the others.
  queue.push(3, 0, 50, 3, start + 2s);
  // And two points ahead of that.
  queue.push(4, 0, 52, 3, start + 2s);
  EXPECT_EQ(drain(queue), (handles{0, 2, 4, 1, 3}));
}

TEST(ready_queue_test, who_comes_back_with_its_number_has_its_place) {
  ready_queue line{{std::chrono::seconds{1}, false}};
  for (uint32_t handle : {0u, 1u, 2u})
    line.push(handle, 0, 50, 0, time_point{});
  auto number = line.number_of(1);
  line.erase(1);
  line.push(3, 0, 50, 0, time_point{});
  auto last = line.take_number();
  line.push(5, 0, 50, 0, time_point{});
  line.push(4, 0, 50, 0, time_point{}, last);
  line.push(1, 0, 50, 0, time_point{}, number);
  std::vector<uint32_t> order;
  while (!line.empty())
    order.push_back(line.pop(0));
  EXPECT_EQ(order, (std::vector<uint32_t>{0, 1, 2, 3, 4, 5}));
}

} // namespace troupe::core
