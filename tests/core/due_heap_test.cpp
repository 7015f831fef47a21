#include "core/due_heap.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <set>

namespace troupe::core {

namespace {

class due_heap_test : public testing::Test {
protected:
  static time_point at(int seconds) {
    return time_point{std::chrono::seconds{seconds}};
  }

  auto is_current() {
    return [this](auto& x) {
      return !stale.contains(x.key);
    };
  }

  /// The key of the first that counts, 0 if none does.
  int first() {
    auto* found = heap.first(is_current());
    return found == nullptr ? 0 : found->key;
  }

  /// How often the predicate is asked to find the first.
  int asked_for_first() {
    auto asked = 0;
    heap.first([&](auto& x) {
      ++asked;
      return !stale.contains(x.key);
    });
    return asked;
  }

  due_heap<int> heap;
  std::set<int> stale;
};

} // namespace

TEST_F(due_heap_test, the_earliest_comes_first) {
  heap.add(at(3), 1);
  heap.add(at(1), 2);
  heap.add(at(2), 3);
  EXPECT_EQ(first(), 2);
}

TEST_F(due_heap_test, equal_times_come_in_the_order_of_keys) {
  heap.add(at(1), 9);
  heap.add(at(1), 4);
  EXPECT_EQ(first(), 4);
}

TEST_F(due_heap_test, what_is_stale_is_passed_over) {
  heap.add(at(1), 1);
  heap.add(at(2), 2);
  stale = {1};
  EXPECT_EQ(first(), 2);
  stale = {1, 2};
  EXPECT_EQ(first(), 0);
}

TEST_F(due_heap_test, stale_items_do_not_pile_up) {
  for (auto i = 1; i <= 1000; ++i) {
    heap.add(at(i), i);
    if (i > 1)
      stale.insert(i);
    heap.compact(1, is_current());
  }
  stale.insert(1);
  EXPECT_LE(asked_for_first(), 64);
}

TEST_F(due_heap_test, compacting_keeps_the_order) {
  for (auto i = 1; i <= 100; ++i) {
    heap.add(at(1000 - i), i);
    if (i % 7 != 0)
      stale.insert(i);
  }
  heap.compact(14, is_current());
  for (auto expected = 98; expected > 0; expected -= 7) {
    EXPECT_EQ(first(), expected);
    stale.insert(expected);
  }
}

} // namespace troupe::core
