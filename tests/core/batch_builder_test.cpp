#include "core/batch_builder.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace troupe::core {

namespace {

task_image image(uint64_t number, task_status status, bool is_new,
                 bool is_end_known = false) {
  task_image result;
  result.number = number;
  result.status = status;
  result.is_new = is_new;
  result.is_end_known = is_end_known;
  return result;
}

} // namespace

TEST(batch_builder_test, keeps_the_last_image_of_a_task) {
  batch_builder builder;
  builder.put(image(1, task_status::pending, true));
  builder.put(image(2, task_status::pending, true));
  builder.put(image(1, task_status::completed, false));
  EXPECT_EQ(builder.tasks(), 2u);
  auto batch = builder.take(7);
  EXPECT_EQ(batch.sequence, 7u);
  ASSERT_EQ(batch.tasks.size(), 2u);
  EXPECT_EQ(batch.tasks[0].number, 1u);
  EXPECT_EQ(batch.tasks[0].status, task_status::completed);
  EXPECT_TRUE(batch.tasks[0].is_new);
  EXPECT_FALSE(batch.tasks[0].is_end_known);
  EXPECT_EQ(batch.tasks[1].number, 2u);
}

TEST(batch_builder_test, an_end_is_news_until_it_is_written) {
  batch_builder builder;
  builder.put(image(1, task_status::failed, false));
  builder.put(image(1, task_status::failed, false, true));
  EXPECT_FALSE(builder.take(1).tasks.front().is_end_known);
  builder.put(image(1, task_status::failed, false, true));
  builder.put(image(1, task_status::failed, false, true));
  EXPECT_TRUE(builder.take(2).tasks.front().is_end_known);
}

TEST(batch_builder_test, keeps_the_last_of_a_document_and_every_audit_entry) {
  batch_builder builder;
  EXPECT_TRUE(builder.is_empty());
  builder.put(document{"queue", "a", payload(json(1))});
  builder.put(document{"queue", "b", payload(json(2))});
  builder.put(document{"circuit", "a", payload(json(3))});
  builder.put(document{"queue", "a", std::nullopt});
  builder.put(audit_entry{});
  builder.put(audit_entry{});
  auto batch = builder.take(1);
  ASSERT_EQ(batch.documents.size(), 3u);
  EXPECT_FALSE(batch.documents[0].value);
  EXPECT_EQ(batch.audit.size(), 2u);
  EXPECT_TRUE(builder.is_empty());
}

TEST(batch_builder_test, begins_anew_after_a_batch) {
  batch_builder builder;
  builder.put(image(1, task_status::pending, true));
  static_cast<void>(builder.take(1));
  builder.put(image(1, task_status::completed, false));
  auto batch = builder.take(2);
  ASSERT_EQ(batch.tasks.size(), 1u);
  EXPECT_FALSE(batch.tasks.front().is_new);
}

} // namespace troupe::core
