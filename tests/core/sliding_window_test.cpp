#include "core/sliding_window.hpp"

#include "tests/core/start.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <utility>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

using totals = sliding_window::totals;

} // namespace

TEST(sliding_window_test, counts_calls_and_failures) {
  sliding_window window{10s};
  EXPECT_EQ(window.count(start), totals{});
  window.add(true, start);
  window.add(false, start + 1s);
  window.add(true, start + 5s);
  EXPECT_EQ(window.count(start + 5s), (totals{3, 2}));
}

TEST(sliding_window_test, forgets_what_is_older_than_the_window) {
  sliding_window window{10s};
  window.add(true, start);
  window.add(false, start + 4s);
  EXPECT_EQ(window.count(start + 9s), (totals{2, 1}));
  EXPECT_EQ(window.count(start + 10s), (totals{1, 0}));
  EXPECT_EQ(window.count(start + 14s), totals{});
}

TEST(sliding_window_test, uses_its_buckets_again) {
  sliding_window window{10s};
  for (int i = 0; i < 100; ++i)
    window.add(i % 2 == 0, start + i * 1s);
  EXPECT_EQ(window.count(start + 99s), (totals{10, 5}));
}

TEST(sliding_window_test, takes_what_comes_late_unless_it_is_too_late) {
  sliding_window window{10s};
  window.add(false, start + 10s);
  window.add(true, start + 3s);
  EXPECT_EQ(window.count(start + 10s), (totals{2, 1}));
  window.add(true, start);
  EXPECT_EQ(window.count(start + 10s), (totals{2, 1}));
}

TEST(sliding_window_test, is_empty_when_cleared) {
  sliding_window window{10s};
  window.add(true, start);
  window.clear();
  EXPECT_EQ(window.count(start), totals{});
}

TEST(sliding_window_test, bears_a_window_shorter_than_its_buckets) {
  sliding_window window{3ns};
  window.add(true, start);
  EXPECT_EQ(window.count(start), (totals{1, 1}));
  EXPECT_EQ(window.count(start + 10ns), totals{});
}

TEST(sliding_window_test, counts_all_that_is_young_and_nothing_that_is_old) {
  EXPECT_TRUE(rc::check([] {
    auto span = duration{*rc::gen::inRange<int64_t>(10, 1000)};
    sliding_window window{span};
    std::vector<std::pair<time_point, bool>> calls;
    auto now = start;
    auto steps = *rc::gen::inRange(1, 200);
    for (int i = 0; i < steps; ++i) {
      now += duration{*rc::gen::inRange<int64_t>(0, span.count() / 5 + 1)};
      auto is_failure = *rc::gen::arbitrary<bool>();
      window.add(is_failure, now);
      calls.emplace_back(now, is_failure);
      // Whole buckets, so this is what nine of them cover for certain.
      auto young = span / 10 * 9;
      totals least;
      totals most;
      for (auto& [at, failed] : calls) {
        if (now - at <= young) {
          ++least.calls;
          least.failures += failed;
        }
        if (now - at <= span) {
          ++most.calls;
          most.failures += failed;
        }
      }
      auto [count, failures] = window.count(now);
      RC_ASSERT(count >= least.calls && count <= most.calls);
      RC_ASSERT(failures >= least.failures && failures <= most.failures);
    }
  }));
}

} // namespace troupe::core
