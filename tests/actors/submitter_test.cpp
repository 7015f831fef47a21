#include "actors/submitter.hpp"

#include "tests/actors/runtimes.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace troupe::test {

namespace {

using core::ec;

core::task_spec refused_task() {
  auto spec = task("refused");
  spec.queue = "nowhere";
  return spec;
}

} // namespace

TEST(submitter_test, submits_with_the_ids_it_returns) {
  actors::runtime troupe;
  auto line = troupe.stream();
  auto made = line.submit(task("first"));
  auto chosen = task("second");
  chosen.id = troupe.new_id();
  auto kept = line.submit(chosen);
  ASSERT_TRUE(made);
  EXPECT_FALSE(made->is_nil());
  EXPECT_EQ(kept, chosen.id);
  EXPECT_EQ(line.flush(), 0u);
  EXPECT_EQ(troupe.get(*made)->name(), "first");
  EXPECT_EQ(troupe.get(*kept)->name(), "second");
}

TEST(submitter_test, refuses_what_is_wrong_in_itself_at_once) {
  actors::runtime troupe;
  auto line = troupe.stream();
  auto refused = line.submit(core::task_spec{});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ec::invalid_argument);
  EXPECT_EQ(line.flush(), 0u);
  EXPECT_EQ(troupe.stats()->submitted, 0u);
}

TEST(submitter_test, tells_of_each_task_the_manager_refuses) {
  actors::runtime troupe;
  auto line = troupe.stream();
  std::vector<core::task_id> told;
  line.on_refused([&](const core::task_id& id, const core::error& why) {
    EXPECT_EQ(why.code, ec::unknown_queue);
    told.push_back(id);
  });
  ASSERT_TRUE(line.submit(task("good")));
  auto bad = line.submit(refused_task());
  ASSERT_TRUE(bad);
  EXPECT_EQ(line.flush(), 1u);
  EXPECT_EQ(told, std::vector{*bad});
  EXPECT_EQ(troupe.stats()->submitted, 1u);
}

TEST(submitter_test, counts_what_is_refused_since_the_start) {
  actors::runtime troupe;
  auto line = troupe.stream();
  ASSERT_TRUE(line.submit(refused_task()));
  EXPECT_EQ(line.flush(), 1u);
  ASSERT_TRUE(line.submit(refused_task()));
  EXPECT_EQ(line.flush(), 2u);
}

TEST(submitter_test, keeps_the_order_over_many_windows) {
  constexpr size_t count = 3 * actors::submitter::window + 7;
  actors::runtime troupe;
  auto line = troupe.stream();
  std::vector<core::task_id> ids;
  for (size_t i = 0; i < count; ++i)
    ids.push_back(*line.submit(task(std::to_string(i))));
  EXPECT_EQ(line.flush(), 0u);
  EXPECT_EQ(troupe.stats()->submitted, count);
  core::task_query query;
  query.limit = 1000;
  size_t seen = 0;
  do {
    auto page = troupe.list(query);
    ASSERT_TRUE(page);
    for (auto& record : page->tasks)
      EXPECT_EQ(record.name(), std::to_string(seen++));
    query.after = page->next;
  } while (!query.after.is_nil());
  EXPECT_EQ(seen, count);
}

TEST(submitter_test, flushes_when_it_is_destroyed) {
  actors::runtime troupe;
  std::vector<std::string> refused;
  {
    auto first = troupe.stream();
    auto line = std::move(first);
    line.on_refused([&](const core::task_id&, const core::error& why) {
      refused.push_back(why.message);
    });
    ASSERT_TRUE(line.submit(refused_task()));
  }
  EXPECT_EQ(refused.size(), 1u);
}

TEST(submitter_test, says_so_when_the_runtime_has_stopped) {
  actors::runtime troupe;
  auto line = troupe.stream();
  ASSERT_TRUE(troupe.stop(actors::stop_mode::cancel));
  ASSERT_TRUE(line.submit(task("too late")));
  auto flushed = line.flush();
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().code, ec::unavailable);
}

} // namespace troupe::test
