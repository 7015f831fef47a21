#include "core/ready_queue.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

constexpr time_point start{duration{1'769'860'800s}};

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

// -- against a model ----------------------------------------------------------

namespace {

struct waiting_task {
  uint32_t demand_class;
  int64_t priority;
  uint32_t owner;
  int64_t ready_at;
  uint64_t sequence;
  uint64_t turn;
};

/// What ready_queue promises, in the plainest way.
class model {
public:
  explicit model(ready_order order) : order_(order) {
  }

  void push(uint32_t handle, waiting_task x) {
    x.sequence = ++sequence_;
    x.turn = take_turn(x);
    tasks_[handle] = x;
  }

  bool erase(uint32_t handle) {
    auto i = tasks_.find(handle);
    if (i == tasks_.end())
      return false;
    auto x = i->second;
    tasks_.erase(i);
    leave(x);
    return true;
  }

  bool reprioritize(uint32_t handle, int64_t priority) {
    auto i = tasks_.find(handle);
    if (i == tasks_.end())
      return false;
    if (i->second.priority == priority)
      return true;
    auto x = i->second;
    tasks_.erase(i);
    leave(x);
    x.priority = priority;
    x.turn = take_turn(x);
    tasks_[handle] = x;
    return true;
  }

  std::optional<uint32_t> top(uint32_t demand_class) const {
    std::optional<uint32_t> best;
    for (auto& [handle, x] : tasks_)
      if (x.demand_class == demand_class
          && (!best || goes_before(x, tasks_.at(*best))))
        best = handle;
    return best;
  }

  void pop(uint32_t handle) {
    auto x = tasks_.at(handle);
    turns_[band_of(x)] = std::max(turns_[band_of(x)], x.turn);
    erase(handle);
  }

  bool precedes(uint32_t x, uint32_t y) const {
    return goes_before(tasks_.at(*top(x)), tasks_.at(*top(y)));
  }

  const std::map<uint32_t, waiting_task>& tasks() const {
    return tasks_;
  }

private:
  using key = std::pair<int64_t, uint32_t>;

  /// In nanoseconds; tests use whole microseconds.
  int64_t urgency_of(const waiting_task& x) const {
    if (order_.aging == duration::zero())
      return -x.priority;
    return x.ready_at - x.priority * order_.aging.count();
  }

  int64_t band_of(const waiting_task& x) const {
    if (order_.aging == duration::zero())
      return -x.priority;
    return x.ready_at / order_.aging.count() - x.priority;
  }

  bool goes_before(const waiting_task& x, const waiting_task& y) const {
    if (order_.is_fair)
      return std::tuple{band_of(x), x.turn, x.sequence}
             < std::tuple{band_of(y), y.turn, y.sequence};
    return std::pair{urgency_of(x), x.sequence}
           < std::pair{urgency_of(y), y.sequence};
  }

  uint64_t take_turn(const waiting_task& x) {
    auto& next = next_turns_[{band_of(x), x.owner}];
    auto turn = std::max(next, turns_[band_of(x)]);
    next = turn + 1;
    return turn;
  }

  void leave(const waiting_task& x) {
    auto in_band = 0;
    auto in_flow = 0;
    for (auto& [handle, y] : tasks_) {
      in_band += band_of(y) == band_of(x);
      in_flow += band_of(y) == band_of(x) && y.owner == x.owner;
    }
    auto& next = next_turns_[{band_of(x), x.owner}];
    if (in_flow == 0)
      next = std::min(next, turns_[band_of(x)] + 1);
    if (in_band > 0)
      return;
    turns_.erase(band_of(x));
    std::erase_if(next_turns_,
                  [&](auto& i) { return i.first.first == band_of(x); });
  }

  ready_order order_;
  uint64_t sequence_ = 0;
  std::map<uint32_t, waiting_task> tasks_;
  std::map<int64_t, uint64_t> turns_;
  std::map<key, uint64_t> next_turns_;
};

void compare_with_model(ready_order order) {
  constexpr uint32_t class_count = 3;
  ready_queue queue{order};
  model expected{order};
  auto steps = *rc::gen::inRange(0, 400);
  uint32_t next_handle = 0;
  auto some_handle = [&] {
    return *rc::gen::inRange(0u, next_handle + 1);
  };
  // Few different ones, so that ties and shared bands happen.
  auto some_priority = [] {
    return *rc::gen::element(0, 1, 2, 50, 100);
  };
  for (int step = 0; step < steps; ++step) {
    auto action
      = *rc::gen::weightedElement<int>({{5, 0}, {3, 1}, {1, 2}, {1, 3}});
    if (action == 0) {
      auto handle = next_handle++;
      waiting_task x{};
      x.demand_class = *rc::gen::inRange(0u, class_count);
      x.priority = some_priority();
      x.owner = *rc::gen::inRange(0u, 40u);
      x.ready_at = *rc::gen::inRange<int64_t>(0, 100) * 50'000'000;
      queue.push(handle, x.demand_class, static_cast<int32_t>(x.priority),
                 x.owner, time_point{duration{x.ready_at}});
      expected.push(handle, x);
    } else if (action == 1) {
      auto demand_class = *rc::gen::inRange(0u, class_count);
      auto top = expected.top(demand_class);
      RC_ASSERT(queue.empty(demand_class) == !top.has_value());
      if (top) {
        RC_ASSERT(queue.top(demand_class) == *top);
        RC_ASSERT(queue.pop(demand_class) == *top);
        expected.pop(*top);
      }
    } else if (action == 2) {
      auto handle = some_handle();
      RC_ASSERT(queue.erase(handle) == expected.erase(handle));
    } else {
      auto handle = some_handle();
      auto priority = some_priority();
      RC_ASSERT(queue.reprioritize(handle, priority)
                == expected.reprioritize(handle, priority));
    }
    RC_ASSERT(queue.size() == expected.tasks().size());
    size_t active = 0;
    for (uint32_t i = 0; i < class_count; ++i) {
      active += !queue.empty(i);
      if (auto top = expected.top(i)) {
        RC_ASSERT(queue.top(i) == *top);
        RC_ASSERT(queue.top_priority(i) == expected.tasks().at(*top).priority);
      }
      for (uint32_t j = 0; j < class_count; ++j)
        if (!queue.empty(i) && !queue.empty(j))
          RC_ASSERT(queue.precedes(i, j) == expected.precedes(i, j));
    }
    RC_ASSERT(queue.active_classes().size() == active);
  }
  for (uint32_t i = 0; i < class_count; ++i) {
    while (auto top = expected.top(i)) {
      RC_ASSERT(queue.pop(i) == *top);
      expected.pop(*top);
    }
  }
  RC_ASSERT(queue.empty());
}

} // namespace

TEST(ready_queue_test, agrees_with_a_sorted_list) {
  EXPECT_TRUE(rc::check([] { compare_with_model({}); }));
}

TEST(ready_queue_test, agrees_with_a_sorted_list_when_aging) {
  EXPECT_TRUE(rc::check([] {
    compare_with_model({.aging = *rc::gen::element<duration>(1us, 1s, 1h)});
  }));
}

TEST(ready_queue_test, agrees_with_a_sorted_list_when_fair) {
  EXPECT_TRUE(rc::check([] { compare_with_model({.is_fair = true}); }));
}

TEST(ready_queue_test, agrees_with_a_sorted_list_when_fair_and_aging) {
  EXPECT_TRUE(rc::check([] {
    compare_with_model(
      {.aging = *rc::gen::element<duration>(100ms, 1s, 1h), .is_fair = true});
  }));
}

TEST(ready_queue_test, busy_owners_get_equal_shares) {
  EXPECT_TRUE(rc::check([] {
    constexpr uint32_t owners = 5;
    ready_queue queue{{.is_fair = true}};
    uint32_t next_handle = 0;
    std::vector<uint32_t> owner_of;
    std::vector<int> served(owners);
    auto push = [&](uint32_t owner) {
      queue.push(next_handle++, 0, 50, owner, start);
      owner_of.push_back(owner);
    };
    // Backlogs of any size, but never empty while shares are compared.
    for (uint32_t owner = 0; owner < owners; ++owner)
      for (auto n = *rc::gen::inRange(1, 50); n > 0; --n)
        push(owner);
    for (int i = 0; i < 200; ++i) {
      auto owner = owner_of[queue.pop(0)];
      ++served[owner];
      push(owner);
      auto [least, most] = std::ranges::minmax(served);
      RC_ASSERT(most - least <= 1);
    }
  }));
}

} // namespace troupe::core
