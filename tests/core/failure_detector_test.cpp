#include "core/failure_detector.hpp"

#include "tests/support/enum_names.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

class failure_detector_test : public testing::Test {
protected:
  using sign = failure_detector::sign_of_life;
  using change = failure_detector::change;

  static time_point at(duration x) {
    return time_point{1h} + x;
  }

  void SetUp() override {
    watched.add(1, at(0s));
  }

  failure_detector watched;
};

/// What check() says of settings that were changed in one place.
std::string
liveness_problem(const std::function<void(liveness_settings&)>& change) {
  liveness_settings settings;
  change(settings);
  auto checked = check(settings);
  return checked ? "" : checked.error().message;
}

} // namespace

TEST_F(failure_detector_test, suspects_first_and_gives_up_later) {
  EXPECT_EQ(watched.next_due(), at(3s));
  EXPECT_TRUE(watched.check(at(2999ms)).empty());
  EXPECT_EQ(watched.health(1), peer_health::alive);
  EXPECT_EQ(watched.check(at(3s)),
            (std::vector<change>{{1, peer_health::suspect, 3s}}));
  EXPECT_EQ(watched.next_due(), at(10s));
  EXPECT_TRUE(watched.check(at(9999ms)).empty());
  EXPECT_EQ(watched.check(at(10s)),
            (std::vector<change>{{1, peer_health::dead, 10s}}));
  EXPECT_EQ(watched.next_due(), never);
}

TEST_F(failure_detector_test, who_is_heard_in_time_stays_alive) {
  for (auto now = 0s; now < 60s; now += 1s) {
    EXPECT_EQ(watched.heard(1, at(now)), sign::expected);
    EXPECT_TRUE(watched.check(at(now)).empty());
    EXPECT_GT(watched.next_due(), at(now));
  }
  EXPECT_EQ(watched.last_heard(1), at(59s));
}

TEST_F(failure_detector_test, a_suspect_that_is_heard_is_alive_again) {
  watched.check(at(3s));
  EXPECT_EQ(watched.heard(1, at(4s)), sign::alive_again);
  EXPECT_EQ(watched.health(1), peer_health::alive);
  EXPECT_EQ(watched.next_due(), at(7s));
  EXPECT_EQ(watched.check(at(7s)),
            (std::vector<change>{{1, peer_health::suspect, 3s}}));
}

TEST_F(failure_detector_test, who_does_not_come_back_is_given_up_soon) {
  watched.heard(1, at(1s));
  watched.closed(1, at(2s));
  EXPECT_TRUE(watched.check(at(3499ms)).empty());
  EXPECT_EQ(watched.next_due(), at(3500ms));
  EXPECT_EQ(watched.check(at(3500ms)),
            (std::vector<change>{{1, peer_health::suspect, 2500ms}}));
  EXPECT_EQ(watched.next_due(), at(3500ms));
  EXPECT_EQ(watched.check(at(3500ms)),
            (std::vector<change>{{1, peer_health::dead, 2500ms}}));
  EXPECT_EQ(watched.reopened(1, at(4s)), sign::too_late);
}

TEST_F(failure_detector_test, who_comes_back_has_all_its_time_again) {
  watched.closed(1, at(1s));
  EXPECT_EQ(watched.reopened(1, at(2s)), sign::expected);
  EXPECT_TRUE(watched.check(at(2500ms)).empty());
  EXPECT_TRUE(watched.check(at(4999ms)).empty());
  EXPECT_EQ(watched.check(at(5s)),
            (std::vector<change>{{1, peer_health::suspect, 3s}}));
  EXPECT_EQ(watched.next_due(), at(12s));
}

// It may have come over the connection that was closed.
TEST_F(failure_detector_test, a_late_word_does_not_open_what_was_closed) {
  watched.closed(1, at(1s));
  watched.heard(1, at(1s));
  EXPECT_EQ(watched.check(at(2500ms)).size(), 1u);
  EXPECT_EQ(watched.check(at(2500ms)).size(), 1u);
  EXPECT_EQ(watched.health(1), peer_health::dead);
}

TEST_F(failure_detector_test, closing_gives_nobody_more_time) {
  watched.check(at(3s));
  watched.closed(1, at(9s));
  EXPECT_EQ(watched.next_due(), at(10s));
}

TEST_F(failure_detector_test, a_late_check_gives_time_to_come_back) {
  watched.closed(1, at(0s));
  EXPECT_TRUE(watched.check(at(1h)).empty());
  EXPECT_EQ(watched.reopened(1, at(1h + 1ms)), sign::expected);
}

TEST_F(failure_detector_test, nothing_brings_the_dead_back) {
  watched.check(at(3s));
  watched.check(at(10s));
  EXPECT_EQ(watched.heard(1, at(11s)), sign::too_late);
  EXPECT_EQ(watched.health(1), peer_health::dead);
  EXPECT_TRUE(watched.check(at(30s)).empty());
  watched.add(2, at(31s));
  EXPECT_EQ(watched.heard(2, at(32s)), sign::expected);
  EXPECT_EQ(watched.heard(1, at(32s)), sign::too_late);
}

TEST_F(failure_detector_test, who_is_forgotten_is_not_watched) {
  watched.add(2, at(1s));
  watched.forget(1);
  EXPECT_EQ(watched.heard(1, at(1s)), sign::too_late);
  EXPECT_EQ(watched.health(1), peer_health::dead);
  EXPECT_EQ(watched.last_heard(1), never);
  // It may be earlier than need be, but nothing comes of it.
  EXPECT_TRUE(watched.check(watched.next_due()).empty());
  EXPECT_EQ(watched.next_due(), at(4s));
  watched.forget(2);
  EXPECT_EQ(watched.next_due(), never);
}

TEST_F(failure_detector_test, a_late_check_is_held_against_nobody) {
  watched.add(2, at(0s));
  watched.heard(2, at(500ms));
  // The process was stopped for an hour.
  EXPECT_EQ(watched.check(at(1h)),
            (std::vector<change>{{1, peer_health::suspect, 3s}}));
  EXPECT_EQ(watched.next_due(), at(1h + 500ms));
  EXPECT_EQ(watched.heard(1, at(1h + 1ms)), sign::alive_again);
}

TEST_F(failure_detector_test, what_was_heard_before_a_late_check_counts) {
  watched.heard(1, at(1h));
  EXPECT_TRUE(watched.check(at(1h)).empty());
  EXPECT_EQ(watched.next_due(), at(1h + 3s));
}

TEST_F(failure_detector_test, checks_that_are_always_late_still_find_the_dead) {
  EXPECT_EQ(watched.check(at(1min)).size(), 1u);
  EXPECT_EQ(watched.check(at(2min)),
            (std::vector<change>{{1, peer_health::dead, 10s}}));
}

TEST_F(failure_detector_test, time_that_runs_backwards_takes_nothing_away) {
  watched.heard(1, at(2s));
  watched.heard(1, at(1s));
  EXPECT_EQ(watched.last_heard(1), at(2s));
}

TEST_F(failure_detector_test, names_what_a_peer_is) {
  support::expect_names_of_their_own(peer_health_last);
  EXPECT_EQ(to_string(peer_health::suspect), "suspect");
}

TEST_F(failure_detector_test, settings_that_make_no_sense_are_refused) {
  EXPECT_TRUE(check(liveness_settings{}));
  EXPECT_EQ(liveness_problem([](auto& x) { x.heartbeat_interval = 0s; }),
            "liveness: heartbeat_interval: must be longer than nothing");
  EXPECT_EQ(liveness_problem([](auto& x) { x.suspect_after = 1s; }),
            "liveness: suspect_after: 1s is not longer than "
            "heartbeat_interval, 1s");
  EXPECT_EQ(liveness_problem([](auto& x) {
              x.dead_after = 3s;
              x.lease = 2s;
            }),
            "liveness: dead_after: 3s is not longer than suspect_after, 3s");
  EXPECT_EQ(liveness_problem([](auto& x) { x.gone_after = 0s; }),
            "liveness: gone_after: must be longer than nothing");
  EXPECT_EQ(liveness_problem([](auto& x) { x.lease = 1s; }),
            "liveness: lease: 1s is not longer than heartbeat_interval, 1s");
  EXPECT_EQ(liveness_problem([](auto& x) { x.lease = 10s; }),
            "liveness: lease: 10s is not shorter than dead_after, 10s: a "
            "worker that is cut off would still work on tasks that others have "
            "been given");
  EXPECT_NE(liveness_problem([](auto& x) { x.dead_after = 24h * 365 * 101; }),
            "");
}

// Against the plainest description, when each check is made as it is due.
TEST(failure_detector_model_test, agrees_with_the_times_of_silence) {
  auto holds = rc::check([] {
    liveness_settings settings;
    failure_detector watched{settings};
    std::map<uint64_t, time_point> last;
    std::map<uint64_t, time_point> closed;
    std::map<uint64_t, peer_health> expected;
    time_point start{1h};
    for (uint64_t peer = 1; peer <= 4; ++peer) {
      watched.add(peer, start);
      last[peer] = start;
      expected[peer] = peer_health::alive;
    }
    for (auto now = start; now < start + 40s; now += 250ms) {
      for (auto& [peer, time] : last) {
        if (*rc::gen::inRange(0, 12) != 0)
          continue;
        auto is_dead = expected[peer] == peer_health::dead;
        RC_ASSERT((watched.reopened(peer, now)
                   == failure_detector::sign_of_life::too_late)
                  == is_dead);
        if (is_dead)
          continue;
        time = now;
        closed.erase(peer);
        expected[peer] = peer_health::alive;
      }
      auto peer = *rc::gen::inRange<uint64_t>(1, 50);
      if (peer <= 4 && expected[peer] != peer_health::dead
          && closed.emplace(peer, now).second)
        watched.closed(peer, now);
      auto is_due = watched.next_due() != never && watched.next_due() <= now;
      auto changes = watched.check(now);
      RC_ASSERT(is_due || changes.empty());
      if (watched.next_due() <= now)
        watched.check(now);
      for (auto& [peer, time] : last) {
        if (expected[peer] == peer_health::dead)
          continue;
        auto is_gone = closed.contains(peer)
                       && now - closed[peer] >= settings.gone_after;
        // In two steps, of which the second is due at once.
        if (now - time >= settings.dead_after || is_gone)
          expected[peer] = peer_health::dead;
        else if (now - time >= settings.suspect_after)
          expected[peer] = peer_health::suspect;
        RC_ASSERT(watched.health(peer) == expected[peer]);
      }
    }
  });
  EXPECT_TRUE(holds);
}

} // namespace troupe::core
