#include "core/journal_batch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace troupe::core {

namespace {

using namespace std::chrono_literals;

constexpr time_point start{std::chrono::seconds{1'000}};

task_image ended_image() {
  task_spec spec;
  spec.name = "sum";
  spec.queue = "slow";
  task_image image;
  image.spec = std::make_shared<const task_spec>(std::move(spec));
  image.status = task_status::completed;
  image.created = start;
  image.ready_at = start + 1s;
  image.started = start + 2s;
  image.finished = start + 3s;
  image.attempt = 1;
  image.agent = "adder";
  image.result = payload(json(3));
  return image;
}

} // namespace

TEST(journal_batch_test, a_record_tells_what_the_times_of_an_image_say) {
  auto record = to_record(ended_image());
  EXPECT_EQ(record.progress, 100);
  EXPECT_EQ(record.result, payload(json(3)));
  EXPECT_FALSE(record.failure);
  ASSERT_EQ(record.history.size(), 4u);
  EXPECT_EQ(record.history[0].kind, history_kind::submitted);
  EXPECT_EQ(record.history[0].detail, "slow");
  EXPECT_EQ(record.history[1].kind, history_kind::ready);
  EXPECT_EQ(record.history[2].kind, history_kind::started);
  EXPECT_EQ(record.history[2].detail, "adder");
  EXPECT_EQ(record.history[3].kind, history_kind::ended);
  EXPECT_EQ(record.history[3].at, start + 3s);
}

TEST(journal_batch_test, a_record_tells_of_the_last_failure_once) {
  auto image = ended_image();
  image.status = task_status::failed;
  image.failure = {ec::handler_failed, "no"};
  auto count = [](const task_record& x) {
    return std::ranges::count(x.history, history_kind::attempt_failed,
                              &history_entry::kind);
  };
  EXPECT_EQ(count(to_record(image)), 1);
  image.history.push_back({start + 3s, history_kind::attempt_lost, 1, "adder"});
  EXPECT_EQ(count(to_record(image)), 0);
}

TEST(journal_batch_test, a_batch_without_anything_is_empty) {
  journal_batch batch;
  batch.sequence = 7;
  EXPECT_TRUE(batch.is_empty());
  batch.audit.emplace_back();
  EXPECT_FALSE(batch.is_empty());
}

} // namespace troupe::core
