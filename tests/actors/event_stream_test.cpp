#include "actors/event_stream.hpp"

#include "tests/actors/runtimes.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace troupe::test {

namespace {

using core::event_kind;

/// Two events: it is submitted and cancelled.
void come_and_go(actors::runtime& troupe, size_t times = 1) {
  for (size_t i = 0; i < times; ++i)
    ASSERT_TRUE(troupe.cancel(troupe.submit(task("short-lived")).value()));
}

/// The next event about a task.
std::optional<core::event> next_of_task(actors::event_stream& events) {
  auto x = events.next();
  while (x && x->task.is_nil())
    x = events.next();
  return x;
}

} // namespace

TEST(event_stream_test, gives_events_one_by_one_as_they_happen) {
  actors::runtime troupe;
  auto events = troupe.subscribe();
  auto id = troupe.submit(task("first")).value();
  auto submitted = events.next();
  ASSERT_TRUE(submitted);
  EXPECT_EQ(submitted->kind, event_kind::task_submitted);
  EXPECT_EQ(submitted->task, id);
  ASSERT_TRUE(troupe.cancel(id));
  auto cancelled = events.next();
  ASSERT_TRUE(cancelled);
  EXPECT_EQ(cancelled->kind, event_kind::task_cancelled);
  EXPECT_EQ(cancelled->sequence, submitted->sequence + 1);
}

TEST(event_stream_test, says_when_nothing_comes_in_time) {
  actors::runtime troupe;
  auto events = troupe.subscribe();
  EXPECT_EQ(events.next(core::duration::zero()), std::nullopt);
  EXPECT_FALSE(events.has_ended());
  come_and_go(troupe);
  EXPECT_TRUE(events.next());
}

TEST(event_stream_test, does_not_see_what_happened_before) {
  actors::runtime troupe;
  come_and_go(troupe, 3);
  auto events = troupe.subscribe();
  auto id = troupe.submit(task("new")).value();
  EXPECT_EQ(events.next()->task, id);
}

TEST(event_stream_test, resumes_from_a_number) {
  actors::runtime troupe;
  come_and_go(troupe, 3);
  auto all = troupe.subscribe(1);
  std::vector<core::event> seen;
  while (seen.size() < 6) {
    auto x = next_of_task(all);
    ASSERT_TRUE(x);
    seen.push_back(*std::move(x));
  }
  auto some = troupe.subscribe(seen[2].sequence);
  for (size_t i = 2; i < seen.size(); ++i) {
    auto x = some.next();
    ASSERT_TRUE(x);
    EXPECT_EQ(x->sequence, seen[i].sequence);
    EXPECT_EQ(x->task, seen[i].task);
  }
}

TEST(event_stream_test, says_from_where_another_goes_on) {
  actors::runtime troupe;
  come_and_go(troupe);
  auto events = troupe.subscribe();
  auto here = events.position();
  come_and_go(troupe);
  auto another = troupe.subscribe(here);
  EXPECT_EQ(another.position(), here);
  auto x = events.next();
  auto y = another.next();
  ASSERT_TRUE(x && y);
  EXPECT_EQ(x->sequence, here);
  EXPECT_EQ(y->sequence, here);
  EXPECT_EQ(events.position(), here + 1);
}

TEST(event_stream_test, misses_nothing_of_a_long_stream_it_reads_late) {
  actors::runtime troupe;
  auto events = troupe.subscribe();
  constexpr size_t count = 2000;
  come_and_go(troupe, count);
  auto last = events.next()->sequence;
  for (size_t i = 1; i < 2 * count; ++i) {
    auto x = events.next();
    ASSERT_TRUE(x);
    ASSERT_EQ(x->sequence, last + 1);
    last = x->sequence;
  }
  EXPECT_EQ(events.next(core::duration::zero()), std::nullopt);
}

TEST(event_stream_test, tells_of_a_gap_where_it_fell_behind) {
  actors::runtime_options options;
  options.events_kept = 16;
  actors::runtime troupe{options};
  auto events = troupe.subscribe();
  come_and_go(troupe, 2000);
  auto x = events.next();
  auto last = x->sequence;
  for (x = events.next(); x && x->kind != event_kind::events_dropped;
       x = events.next()) {
    ASSERT_EQ(x->sequence, last + 1);
    last = x->sequence;
  }
  ASSERT_TRUE(x);
  EXPECT_EQ(x->text, std::to_string(x->sequence - last));
  last = x->sequence;
  x = events.next();
  ASSERT_TRUE(x);
  EXPECT_EQ(x->sequence, last + 1);
}

TEST(event_stream_test, ends_when_all_was_read_after_the_runtime_stopped) {
  actors::runtime troupe;
  auto events = troupe.subscribe();
  auto id = troupe.submit(task("first")).value();
  ASSERT_TRUE(troupe.stop(actors::stop_mode::cancel));
  EXPECT_FALSE(events.has_ended());
  EXPECT_EQ(events.next()->kind, event_kind::task_submitted);
  auto end = events.next();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->kind, event_kind::task_cancelled);
  EXPECT_EQ(end->task, id);
  EXPECT_EQ(events.next(), std::nullopt);
  EXPECT_TRUE(events.has_ended());
}

TEST(event_stream_test, has_ended_if_the_runtime_has_stopped_before) {
  actors::runtime troupe;
  ASSERT_TRUE(troupe.stop());
  auto events = troupe.subscribe(1);
  EXPECT_TRUE(events.has_ended());
  EXPECT_EQ(events.next(), std::nullopt);
}

TEST(event_stream_test, goes_on_after_it_was_moved) {
  actors::runtime troupe;
  auto first = troupe.subscribe();
  come_and_go(troupe);
  auto one = first.next()->sequence;
  auto second = std::move(first);
  EXPECT_EQ(second.next()->sequence, one + 1);
}

} // namespace troupe::test
