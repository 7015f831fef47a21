#include "core/circuit.hpp"

#include "tests/support/enum_names.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

class circuit_test : public ::testing::Test {
protected:
  circuit_test() {
    settings.failures_max = 3;
    settings.cool_down = 10s;
    settings.cool_down_max = 30s;
    settings.probe_time = 60s;
  }

  circuit& x() {
    if (!made_)
      made_.emplace(settings);
    return *made_;
  }

  /// Of attempts that take no time.
  void fail(int count = 1) {
    for (int i = 0; i < count; ++i)
      x().record(false, now, now);
  }

  void succeed(int count = 1) {
    for (int i = 0; i < count; ++i)
      x().record(true, now, now);
  }

  /// A submission of so many tasks, if it may pass.
  bool submit(uint32_t tasks = 1) {
    if (!x().admits(now))
      return false;
    x().admit(tasks, now);
    return true;
  }

  circuit_state state() {
    x().advance(now);
    return x().state();
  }

  /// Opens it, and waits until it is half-open.
  void half_open() {
    x().trip(now);
    now = x().next();
    ASSERT_EQ(state(), circuit_state::half_open);
  }

  circuit_settings settings;
  time_point now{1'700'000'000s};

private:
  std::optional<circuit> made_;
};

} // namespace

TEST_F(circuit_test, names_its_states) {
  support::expect_names_of_their_own(circuit_state_last);
  EXPECT_EQ(to_string(circuit_state::half_open), "half_open");
}

// -- closed -------------------------------------------------------------------

TEST_F(circuit_test, admits_everything_while_it_is_closed) {
  EXPECT_EQ(state(), circuit_state::closed);
  for (int i = 0; i < 100; ++i)
    EXPECT_TRUE(submit(1000));
  EXPECT_EQ(x().next(), never);
}

TEST_F(circuit_test, opens_after_so_many_failures_in_a_row) {
  fail(2);
  EXPECT_EQ(state(), circuit_state::closed);
  fail();
  EXPECT_EQ(state(), circuit_state::open);
  auto info = x().info(now);
  EXPECT_EQ(info.since, now);
  EXPECT_EQ(info.until, now + 10s);
  EXPECT_EQ(info.why, "3 failures in a row");
  EXPECT_EQ(info.trips, 1u);
  EXPECT_FALSE(info.is_forced);
}

TEST_F(circuit_test, begins_to_count_anew_after_a_success) {
  for (int i = 0; i < 10; ++i) {
    fail(2);
    succeed();
  }
  EXPECT_EQ(state(), circuit_state::closed);
  EXPECT_EQ(x().info(now).failures_in_row, 0u);
  EXPECT_EQ(x().info(now).failures, 20u);
  EXPECT_EQ(x().info(now).calls, 30u);
}

TEST_F(circuit_test, opens_when_too_large_a_share_fails) {
  settings.failures_max = 0;
  settings.failure_rate = 0.5;
  settings.calls_min = 4;
  succeed();
  fail();
  succeed();
  EXPECT_EQ(state(), circuit_state::closed);
  fail();
  EXPECT_EQ(state(), circuit_state::open);
  EXPECT_EQ(x().info(now).why, "2 of 4 calls failed in 1m");
}

TEST_F(circuit_test, takes_few_calls_for_no_share) {
  settings.failures_max = 0;
  settings.failure_rate = 0.5;
  settings.calls_min = 4;
  fail(3);
  EXPECT_EQ(state(), circuit_state::closed);
  fail();
  EXPECT_EQ(state(), circuit_state::open);
}

TEST_F(circuit_test, forgets_failures_that_are_long_ago) {
  settings.failures_max = 0;
  settings.failure_rate = 0.5;
  settings.calls_min = 4;
  fail(3);
  now += settings.window;
  succeed(3);
  fail();
  EXPECT_EQ(state(), circuit_state::closed);
}

TEST_F(circuit_test, opens_at_the_very_share) {
  // In floating point 0.1 * 30 is more than 3.
  settings.failures_max = 0;
  settings.failure_rate = 0.1;
  settings.calls_min = 30;
  succeed(27);
  fail(3);
  EXPECT_EQ(state(), circuit_state::open);
}

// -- open ---------------------------------------------------------------------

TEST_F(circuit_test, admits_nothing_while_it_is_open) {
  fail(3);
  EXPECT_FALSE(submit());
  now += 10s - 1ns;
  EXPECT_FALSE(submit());
  now += 1ns;
  EXPECT_TRUE(submit());
  EXPECT_EQ(state(), circuit_state::half_open);
}

TEST_F(circuit_test, is_not_swayed_by_stragglers) {
  auto before = now;
  fail(3);
  now += 1s;
  auto meanwhile = now;
  x().record(true, before, now);
  x().record(false, before, now);
  EXPECT_EQ(state(), circuit_state::open);
  EXPECT_EQ(x().next(), before + 10s);
  now += 9s;
  // Half-open by now, but these began before.
  x().record(true, before, now);
  x().record(false, meanwhile, now);
  EXPECT_EQ(state(), circuit_state::half_open);
  succeed();
  EXPECT_EQ(state(), circuit_state::closed);
  x().record(false, before, now);
  x().record(false, meanwhile, now);
  EXPECT_EQ(x().info(now).calls, 0u);
}

TEST_F(circuit_test, is_half_open_from_the_end_of_its_cool_down) {
  fail(3);
  auto end = x().next();
  now = end + 5s;
  // Began after the end, though nobody had looked by then.
  x().record(true, end + 1s, now);
  EXPECT_EQ(state(), circuit_state::closed);
}

// -- half-open ----------------------------------------------------------------

TEST_F(circuit_test, admits_only_probes_when_it_is_half_open) {
  settings.probes = 3;
  half_open();
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(submit());
  EXPECT_FALSE(submit());
}

TEST_F(circuit_test, admits_a_submission_whole_while_a_place_is_left) {
  settings.probes = 3;
  half_open();
  EXPECT_TRUE(submit(2));
  EXPECT_TRUE(submit(1000));
  EXPECT_FALSE(submit());
}

TEST_F(circuit_test, closes_when_its_probes_succeed) {
  settings.probes = 2;
  half_open();
  succeed();
  EXPECT_EQ(state(), circuit_state::half_open);
  succeed();
  EXPECT_EQ(state(), circuit_state::closed);
  EXPECT_EQ(x().info(now).why, "2 of 2 probes succeeded");
  EXPECT_EQ(x().next(), never);
}

TEST_F(circuit_test, opens_again_when_a_probe_fails) {
  settings.probes = 2;
  half_open();
  succeed();
  fail();
  EXPECT_EQ(state(), circuit_state::open);
  EXPECT_EQ(x().info(now).why, "a probe failed");
  now = x().next();
  succeed();
  EXPECT_EQ(state(), circuit_state::half_open);
}

TEST_F(circuit_test, admits_probes_again_when_none_comes_back) {
  settings.probes = 2;
  half_open();
  ASSERT_TRUE(submit());
  ASSERT_TRUE(submit());
  EXPECT_EQ(x().next(), now + 60s);
  succeed();
  now += 60s - 1ns;
  EXPECT_FALSE(submit());
  now += 1ns;
  // One has succeeded, so only one more is needed.
  EXPECT_TRUE(x().advance(now));
  EXPECT_FALSE(x().advance(now));
  EXPECT_TRUE(submit());
  EXPECT_FALSE(submit());
  succeed();
  EXPECT_EQ(state(), circuit_state::closed);
}

// -- backing off --------------------------------------------------------------

TEST_F(circuit_test, stays_open_longer_each_time_up_to_a_limit) {
  fail(3);
  for (auto expected : {10s, 20s, 30s, 30s}) {
    EXPECT_EQ(x().next(), now + expected);
    now = x().next();
    fail();
  }
  EXPECT_EQ(x().info(now).trips, 5u);
}

TEST_F(circuit_test, remembers_when_it_closes_only_for_a_moment) {
  half_open();
  succeed();
  now += 10s - 1ns;
  fail(3);
  EXPECT_EQ(x().next(), now + 20s);
  now = x().next();
  succeed();
  now += 19s;
  fail(3);
  EXPECT_EQ(x().next(), now + 30s);
}

TEST_F(circuit_test, forgets_its_trips_when_it_stays_closed) {
  half_open();
  succeed();
  now += 10s;
  fail(3);
  EXPECT_EQ(x().next(), now + 10s);
  EXPECT_EQ(x().info(now).trips, 1u);
}

TEST_F(circuit_test, bears_more_trips_than_a_time_can_tell) {
  settings.cool_down_factor = 1e100;
  fail(3);
  for (int i = 0; i < 100; ++i) {
    now = x().next();
    fail();
    ASSERT_EQ(x().next(), now + 30s);
  }
}

// -- by hand ------------------------------------------------------------------

TEST_F(circuit_test, is_tripped_by_hand) {
  x().trip(now);
  EXPECT_EQ(state(), circuit_state::open);
  EXPECT_EQ(x().info(now).why, "tripped by hand");
  EXPECT_EQ(x().next(), now + 10s);
  now += 5s;
  x().trip(now);
  EXPECT_EQ(x().next(), now + 10s);
  EXPECT_EQ(x().info(now).trips, 1u);
}

TEST_F(circuit_test, stays_open_when_it_is_forced_until_it_is_reset) {
  x().force_open(now);
  EXPECT_TRUE(x().info(now).is_forced);
  EXPECT_EQ(x().next(), never);
  now += std::chrono::hours{24 * 365};
  EXPECT_FALSE(submit());
  x().trip(now);
  EXPECT_TRUE(x().info(now).is_forced);
  auto since = x().since();
  x().force_open(now);
  EXPECT_EQ(x().since(), since);
  x().reset(now);
  EXPECT_FALSE(x().info(now).is_forced);
  EXPECT_TRUE(submit());
}

TEST_F(circuit_test, forgets_everything_when_it_is_reset) {
  fail(2);
  succeed();
  fail(3);
  now = x().next();
  fail();
  x().reset(now);
  auto info = x().info(now);
  EXPECT_EQ(info.state, circuit_state::closed);
  EXPECT_EQ(info.why, "reset by hand");
  EXPECT_EQ(info.trips, 0u);
  EXPECT_EQ(info.calls, 0u);
  EXPECT_EQ(info.failures_in_row, 0u);
  fail(2);
  EXPECT_EQ(state(), circuit_state::closed);
  fail();
  EXPECT_EQ(x().next(), now + 10s);
}

TEST_F(circuit_test, goes_on_where_another_was) {
  x().trip(now);
  now += 4s;
  circuit next{settings};
  next.restore(x().memory(), now);
  EXPECT_EQ(next.memory(), x().memory());
  EXPECT_FALSE(next.admits(now));
  EXPECT_TRUE(next.admits(now + 6s));
  next.trip(now + 7s);
  // The second in a row.
  EXPECT_EQ(next.next(), now + 7s + 20s);
}

TEST_F(circuit_test, admits_probes_anew_where_another_had_admitted_some) {
  half_open();
  EXPECT_TRUE(submit());
  EXPECT_FALSE(submit());
  circuit next{settings};
  next.restore(x().memory(), now);
  EXPECT_EQ(next.state(), circuit_state::half_open);
  EXPECT_TRUE(next.admits(now));
}

TEST_F(circuit_test, believes_in_no_cool_down_that_is_longer_than_any) {
  circuit_memory from_a_clock_that_was_wrong{
    circuit_state::open, false, now + 1h, now + 2h, "", 1};
  x().restore(from_a_clock_that_was_wrong, now);
  EXPECT_EQ(x().next(), now + settings.cool_down_max);
  EXPECT_EQ(x().since(), now);
}

TEST_F(circuit_test, that_was_forced_stays_open_in_another) {
  x().force_open(now);
  circuit next{settings};
  next.restore(x().memory(), now);
  EXPECT_EQ(next.next(), never);
  EXPECT_FALSE(next.admits(now + 1000h));
}

} // namespace troupe::core
