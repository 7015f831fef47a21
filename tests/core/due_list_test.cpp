#include "core/due_list.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <chrono>
#include <map>

namespace troupe::core {

namespace {

time_point at_second(int seconds) {
  return time_point{std::chrono::seconds{seconds}};
}

} // namespace

TEST(due_list_test, gives_what_is_due_in_the_order_of_time) {
  due_list list;
  list.add(7, at_second(3));
  list.add(8, at_second(1));
  list.add(9, at_second(2));
  EXPECT_EQ(list.next(), at_second(1));
  EXPECT_EQ(list.take_due(at_second(2)), 8u);
  EXPECT_EQ(list.take_due(at_second(2)), 9u);
  EXPECT_EQ(list.take_due(at_second(2)), std::nullopt);
  EXPECT_EQ(list.next(), at_second(3));
  EXPECT_EQ(list.size(), 1u);
}

TEST(due_list_test, a_new_time_replaces_the_old_one) {
  due_list list;
  list.add(1, at_second(1));
  list.add(1, at_second(5));
  EXPECT_EQ(list.size(), 1u);
  EXPECT_EQ(list.due(1), at_second(5));
  EXPECT_EQ(list.take_due(at_second(4)), std::nullopt);
  EXPECT_EQ(list.take_due(at_second(5)), 1u);
  EXPECT_EQ(list.take_due(at_second(9)), std::nullopt);
}

TEST(due_list_test, an_index_can_come_again) {
  due_list list;
  list.add(1, at_second(1));
  list.erase(1);
  EXPECT_EQ(list.next(), never);
  list.add(1, at_second(1));
  EXPECT_EQ(list.take_due(at_second(1)), 1u);
  EXPECT_EQ(list.take_due(at_second(1)), std::nullopt);
}

TEST(due_list_test, behaves_as_a_map_would) {
  auto holds = rc::check("against a map", [] {
    due_list list;
    std::map<uint32_t, time_point> model;
    for (auto steps = *rc::gen::inRange(1, 400); steps > 0; --steps) {
      auto index = *rc::gen::inRange<uint32_t>(0, 100);
      switch (*rc::gen::inRange(0, 4)) {
        case 0:
        case 1: {
          auto due = at_second(*rc::gen::inRange(1, 20));
          list.add(index, due);
          model[index] = due;
          break;
        }
        case 2:
          list.erase(index);
          model.erase(index);
          break;
        default: {
          auto now = at_second(*rc::gen::inRange(1, 20));
          auto taken = list.take_due(now);
          auto first = std::ranges::min_element(model, {}, [](auto& x) {
            return x.second;
          });
          if (first == model.end() || first->second > now) {
            RC_ASSERT(!taken);
          } else {
            RC_ASSERT(taken.has_value());
            RC_ASSERT(model.at(*taken) == first->second);
            model.erase(*taken);
          }
        }
      }
      RC_ASSERT(list.size() == model.size());
      RC_ASSERT(list.due(index)
                == (model.contains(index) ? model[index] : never));
    }
  });
  EXPECT_TRUE(holds);
}

} // namespace troupe::core
