#include "core/event_log.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

namespace troupe::core {

namespace {

/// Events whose text is the number they are going to get.
std::vector<event> numbered(uint64_t after, size_t count) {
  std::vector<event> result(count);
  for (auto& x : result)
    x.text = std::to_string(++after);
  return result;
}

} // namespace

TEST(event_log_test, numbers_events_from_one) {
  event_log log;
  EXPECT_EQ(log.first(), 1u);
  EXPECT_EQ(log.last(), 0u);
  log.append(numbered(0, 3));
  EXPECT_EQ(log.first(), 1u);
  EXPECT_EQ(log.last(), 3u);
  auto slice = log.read(2, 10);
  ASSERT_EQ(slice.events.size(), 2u);
  EXPECT_EQ(slice.events[0].sequence, 2u);
  EXPECT_EQ(slice.events[0].text, "2");
  EXPECT_EQ(slice.next, 4u);
  EXPECT_EQ(slice.dropped, 0u);
}

TEST(event_log_test, leaves_what_it_took_empty) {
  event_log log;
  auto events = numbered(0, 3);
  log.append(std::move(events));
  EXPECT_TRUE(events.empty());
}

TEST(event_log_test, keeps_the_newest) {
  event_log log{4};
  log.append(numbered(0, 10));
  EXPECT_EQ(log.size(), 4u);
  EXPECT_EQ(log.first(), 7u);
  EXPECT_EQ(log.last(), 10u);
}

TEST(event_log_test, says_how_many_were_dropped) {
  event_log log{4};
  log.append(numbered(0, 10));
  auto slice = log.read(3, 1);
  EXPECT_EQ(slice.dropped, 4u);
  ASSERT_EQ(slice.events.size(), 1u);
  EXPECT_EQ(slice.events[0].sequence, 7u);
  EXPECT_EQ(log.read(0, 1).dropped, 6u);
}

TEST(event_log_test, what_is_not_there_yet_reads_nothing) {
  event_log log{4};
  EXPECT_TRUE(log.read(1, 10).events.empty());
  log.append(numbered(0, 2));
  auto slice = log.read(3, 10);
  EXPECT_TRUE(slice.events.empty());
  EXPECT_EQ(slice.next, 3u);
  EXPECT_EQ(slice.dropped, 0u);
  EXPECT_EQ(log.read(50, 10).next, 50u);
}

TEST(event_log_test, keeps_at_least_one) {
  event_log log{0};
  log.append(numbered(0, 2));
  EXPECT_EQ(log.size(), 1u);
  EXPECT_EQ(log.read(2, 1).events[0].text, "2");
}

TEST(event_log_test, reading_on_sees_all_that_is_kept_once) {
  EXPECT_TRUE(rc::check([] {
    auto capacity = *rc::gen::inRange<size_t>(1, 20);
    auto batches = *rc::gen::container<std::vector<size_t>>(
      rc::gen::inRange<size_t>(0, 30));
    event_log log{capacity};
    uint64_t count = 0;
    uint64_t next = 1;
    uint64_t dropped = 0;
    uint64_t seen = 0;
    for (auto batch : batches) {
      log.append(numbered(count, batch));
      count += batch;
      RC_ASSERT(log.last() == count);
      RC_ASSERT(log.size() == std::min<uint64_t>(count, capacity));
      // Some batches are read only later.
      while (next <= log.last() && *rc::gen::inRange(0, 4) > 0) {
        auto slice = log.read(next, *rc::gen::inRange<size_t>(1, 10));
        RC_ASSERT(!slice.events.empty());
        RC_ASSERT(slice.next == next + slice.dropped + slice.events.size());
        auto expected = next + slice.dropped;
        for (auto& x : slice.events) {
          RC_ASSERT(x.sequence == expected);
          RC_ASSERT(x.text == std::to_string(expected));
          ++expected;
        }
        dropped += slice.dropped;
        seen += slice.events.size();
        next = slice.next;
      }
    }
    RC_ASSERT(seen + dropped == next - 1);
  }));
}

} // namespace troupe::core
