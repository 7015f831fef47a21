#include "actors/batch_lists.hpp"

#include <gtest/gtest.h>

namespace troupe::test {

namespace {

messages::node_reports reports_of(std::vector<uint32_t> added,
                                  std::vector<uint32_t> removed) {
  messages::node_reports x;
  for (auto number : added)
    x.added.push_back({number, {}});
  x.removed = std::move(removed);
  return x;
}

std::vector<uint32_t> added_in(const messages::node_reports& x) {
  std::vector<uint32_t> result;
  for (auto& agent : x.added)
    result.push_back(agent.number);
  return result;
}

using numbers = std::vector<uint32_t>;

} // namespace

TEST(batch_lists_test, is_empty_if_all_lists_are) {
  messages::node_orders orders;
  EXPECT_TRUE(actors::is_empty(orders));
  orders.refused.emplace_back();
  EXPECT_FALSE(actors::is_empty(orders));
  messages::node_reports reports;
  EXPECT_TRUE(actors::is_empty(reports));
  reports.removed.push_back(1);
  EXPECT_FALSE(actors::is_empty(reports));
}

TEST(batch_lists_test, counts_the_items_of_all_lists) {
  auto all = reports_of({1, 2, 3}, {4, 5});
  EXPECT_EQ(actors::item_count(all), 5u);
}

TEST(batch_lists_test, puts_each_list_before_its_like) {
  auto later = reports_of({3}, {8, 9});
  actors::put_before(later, reports_of({1, 2}, {7}));
  EXPECT_EQ(added_in(later), (numbers{1, 2, 3}));
  EXPECT_EQ(later.removed, (numbers{7, 8, 9}));
}

TEST(batch_lists_test, takes_all_if_it_is_not_too_much) {
  auto all = reports_of({1, 2}, {3});
  auto some = actors::take_some(all, 3);
  EXPECT_TRUE(actors::is_empty(all));
  EXPECT_EQ(added_in(some), (numbers{1, 2}));
  EXPECT_EQ(some.removed, (numbers{3}));
}

TEST(batch_lists_test, leaves_what_is_to_be_taken_in_last) {
  auto all = reports_of({1, 2, 3}, {4, 5});
  auto some = actors::take_some(all, 2);
  EXPECT_EQ(added_in(some), (numbers{1, 2}));
  EXPECT_TRUE(some.removed.empty());
  some = actors::take_some(all, 2);
  EXPECT_EQ(added_in(some), (numbers{3}));
  EXPECT_EQ(some.removed, (numbers{4}));
  some = actors::take_some(all, 2);
  EXPECT_EQ(some.removed, (numbers{5}));
  EXPECT_TRUE(actors::is_empty(all));
}

TEST(batch_lists_test, what_was_taken_can_be_put_back) {
  auto all = reports_of({1, 2, 3}, {4, 5});
  auto some = actors::take_some(all, 4);
  actors::put_before(all, std::move(some));
  EXPECT_EQ(added_in(all), (numbers{1, 2, 3}));
  EXPECT_EQ(all.removed, (numbers{4, 5}));
}

} // namespace troupe::test
