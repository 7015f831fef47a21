// Compares ready_queue with the plainest thing that keeps its promises.

#include "core/ready_queue.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;

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

TEST(ready_queue_model_test, agrees_with_a_sorted_list) {
  EXPECT_TRUE(rc::check([] { compare_with_model({}); }));
}

TEST(ready_queue_model_test, agrees_with_a_sorted_list_when_aging) {
  EXPECT_TRUE(rc::check([] {
    compare_with_model({.aging = *rc::gen::element<duration>(1us, 1s, 1h)});
  }));
}

TEST(ready_queue_model_test, agrees_with_a_sorted_list_when_fair) {
  EXPECT_TRUE(rc::check([] { compare_with_model({.is_fair = true}); }));
}

TEST(ready_queue_model_test, agrees_with_a_sorted_list_when_fair_and_aging) {
  EXPECT_TRUE(rc::check([] {
    compare_with_model(
      {.aging = *rc::gen::element<duration>(100ms, 1s, 1h), .is_fair = true});
  }));
}

TEST(ready_queue_model_test, busy_owners_get_equal_shares) {
  EXPECT_TRUE(rc::check([] {
    constexpr uint32_t owners = 5;
    ready_queue queue{{.is_fair = true}};
    uint32_t next_handle = 0;
    std::vector<uint32_t> owner_of;
    std::vector<int> served(owners);
    auto push = [&](uint32_t owner) {
      queue.push(next_handle++, 0, 50, owner, never);
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
