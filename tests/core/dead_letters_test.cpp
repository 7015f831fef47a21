#include "core/dead_letters.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <deque>
#include <vector>

namespace troupe::core {

namespace {

task_id id(uint64_t number) {
  return {1, number};
}

std::vector<uint64_t> ids_in(const dead_letters& x) {
  std::vector<uint64_t> result;
  for (auto& [task, place] : x.all())
    result.push_back(task.low);
  return result;
}

} // namespace

TEST(dead_letters_test, are_listed_in_the_order_of_ids) {
  dead_letters x{10};
  for (auto number : {3u, 1u, 2u})
    EXPECT_EQ(x.add(id(number), number * 10), std::nullopt);
  EXPECT_EQ(ids_in(x), (std::vector<uint64_t>{1, 2, 3}));
  EXPECT_EQ(x.after(id(1))->second, 20u);
  EXPECT_EQ(x.after(id(3)), x.all().end());
}

TEST(dead_letters_test, the_oldest_has_to_go_when_there_are_too_many) {
  dead_letters x{2};
  x.add(id(3), 30);
  x.add(id(1), 10);
  EXPECT_EQ(x.add(id(2), 20), 30u);
  EXPECT_EQ(ids_in(x), (std::vector<uint64_t>{1, 2}));
}

TEST(dead_letters_test, none_stays_where_none_may) {
  dead_letters x{0};
  EXPECT_EQ(x.add(id(1), 10), 10u);
  EXPECT_TRUE(x.all().empty());
}

TEST(dead_letters_test, what_is_erased_is_none_any_more) {
  dead_letters x{2};
  x.add(id(1), 10);
  EXPECT_TRUE(x.contains(id(1)));
  EXPECT_EQ(x.erase(id(1)), 10u);
  EXPECT_EQ(x.erase(id(1)), std::nullopt);
  EXPECT_FALSE(x.contains(id(1)));
}

TEST(dead_letters_test, keeps_the_youngest_whatever_comes_and_goes) {
  EXPECT_TRUE(rc::check([] {
    auto max = *rc::gen::inRange<uint64_t>(0, 5);
    dead_letters x{max};
    std::deque<uint64_t> model;
    for (uint64_t i = 1; i < 60; ++i) {
      if (!model.empty() && *rc::gen::inRange(0, 3) == 0) {
        auto at = *rc::gen::inRange<size_t>(0, model.size());
        auto chosen = model[at];
        model.erase(model.begin() + static_cast<ptrdiff_t>(at));
        RC_ASSERT(x.erase(id(chosen)) == uint32_t(chosen));
        continue;
      }
      model.push_back(i);
      std::optional<uint32_t> expected;
      if (model.size() > max) {
        expected = static_cast<uint32_t>(model.front());
        model.pop_front();
      }
      RC_ASSERT(x.add(id(i), static_cast<uint32_t>(i)) == expected);
      std::vector<uint64_t> sorted{model.begin(), model.end()};
      std::ranges::sort(sorted);
      RC_ASSERT(ids_in(x) == sorted);
    }
  }));
}

TEST(dead_letters_test, are_tried_again_as_they_were) {
  task_spec dead{.id = id(1),
                 .name = "n",
                 .capabilities = {"a"},
                 .parameters = {{"x", 1}},
                 .priority = high,
                 .dependencies = {{id(7), "in"}},
                 .retry = {.max_retries = 1},
                 .limits = {.attempt = std::chrono::seconds{1}},
                 .parent = id(9)};
  auto same = replay(dead, {}, id(2));
  EXPECT_EQ(same.id, id(2));
  EXPECT_EQ(*same.replay_of, id(1));
  EXPECT_TRUE(same.parent.is_nil());
  EXPECT_EQ(same.parameters, dead.parameters);
  EXPECT_EQ(same.priority, high);
  EXPECT_EQ(same.dependencies.at(0).task, id(7));
  EXPECT_EQ(same.retry.max_retries, 1u);
  EXPECT_EQ(same.limits.attempt, std::chrono::seconds{1});
  auto other = replay(dead,
                      {.parameters = payload{{"x", 2}},
                       .priority = critical,
                       .retry = retry_settings{.max_retries = 5},
                       .limits = time_limits{.attempt = std::chrono::hours{1}}},
                      id(3));
  EXPECT_EQ(other.parameters, (payload{{"x", 2}}));
  EXPECT_EQ(other.priority, critical);
  EXPECT_EQ(other.retry.max_retries, 5u);
  EXPECT_EQ(other.limits.attempt, std::chrono::hours{1});
}

TEST(dead_letters_test, are_asked_for_by_what_they_are) {
  task_spec spec{.name = "n",
                 .capabilities = {"a", "b"},
                 .queue = "q",
                 .owner = "o",
                 .tags = {"t", "u"}};
  auto is_found = [&](const dead_letter_query& query) {
    return matches(query, spec, ec::timeout);
  };
  EXPECT_TRUE(is_found({}));
  EXPECT_TRUE(is_found({.queue = "q",
                        .owner = "o",
                        .tag = "u",
                        .name = "n",
                        .capability = "b",
                        .code = ec::timeout}));
  EXPECT_FALSE(is_found({.queue = "r"}));
  EXPECT_FALSE(is_found({.owner = "p"}));
  EXPECT_FALSE(is_found({.tag = "v"}));
  EXPECT_FALSE(is_found({.name = "m"}));
  EXPECT_FALSE(is_found({.capability = "c"}));
  EXPECT_FALSE(is_found({.code = ec::handler_failed}));
}

} // namespace troupe::core
