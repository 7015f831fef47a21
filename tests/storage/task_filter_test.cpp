#include "storage/task_filter.hpp"

#include "tests/storage/images.hpp"

#include <gtest/gtest.h>

namespace troupe::storage {

TEST(task_filter_test, an_empty_query_asks_for_everything) {
  EXPECT_TRUE(matches({}, new_image(1)));
  EXPECT_TRUE(matches({}, dead(new_image(1))));
}

TEST(task_filter_test, each_condition_has_to_hold) {
  auto spec = spec_of(1, "slow");
  spec.owner = "me";
  spec.tags = {"a", "b"};
  spec.parent = id_of(9);
  auto image = new_image(spec, 1);
  core::task_query query{.status = core::task_status::pending,
                         .queue = "slow",
                         .owner = "me",
                         .tag = "b",
                         .name = "task 1",
                         .parent = id_of(9)};
  EXPECT_TRUE(matches(query, image));
  auto fails = [&](auto change) {
    auto other = query;
    change(other);
    return !matches(other, image);
  };
  EXPECT_TRUE(fails([](auto& x) { x.status = core::task_status::running; }));
  EXPECT_TRUE(fails([](auto& x) { x.queue = "fast"; }));
  EXPECT_TRUE(fails([](auto& x) { x.owner = "you"; }));
  EXPECT_TRUE(fails([](auto& x) { x.tag = "c"; }));
  EXPECT_TRUE(fails([](auto& x) { x.name = "task"; }));
  EXPECT_TRUE(fails([](auto& x) { x.parent = id_of(8); }));
}

TEST(task_filter_test, a_page_has_from_one_to_a_thousand) {
  EXPECT_EQ(page_limit(core::task_query{.limit = 0}), 1u);
  EXPECT_EQ(page_limit(core::task_query{.limit = 7}), 7u);
  EXPECT_EQ(page_limit(core::task_query{.limit = 5000}), 1000u);
  EXPECT_EQ(page_limit(core::audit_query{.limit = 5000}), 1000u);
}

} // namespace troupe::storage
