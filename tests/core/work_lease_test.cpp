#include "core/work_lease.hpp"

#include "core/failure_detector.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <chrono>
#include <map>

namespace troupe::core {

using namespace std::chrono_literals;

TEST(work_lease_test, runs_from_when_what_was_answered_was_sent) {
  time_point start{1h};
  work_lease lease{8s, start};
  EXPECT_FALSE(lease.is_over(start + 7999ms));
  EXPECT_TRUE(lease.is_over(start + 8s));
  lease.answered(start + 3s);
  EXPECT_EQ(lease.ends_at(), start + 11s);
  lease.answered(start + 2s);
  EXPECT_EQ(lease.ends_at(), start + 11s);
}

// A worker sends signs of life over a network that loses, delays and cuts in
// either direction, and the manager answers them. Whatever happens, the worker
// has stopped `dead_after - lease` before the manager gives it up.
TEST(work_lease_test, ends_before_the_manager_gives_the_worker_up) {
  auto holds = rc::check([] {
    liveness_settings settings;
    settings.heartbeat_interval = 100ms;
    settings.suspect_after = 300ms;
    settings.lease = 100ms * *rc::gen::inRange(2, 10);
    settings.dead_after = std::max<duration>(settings.lease,
                                             settings.suspect_after)
                          + 50ms * *rc::gen::inRange(1, 6);
    RC_ASSERT(validate(settings).empty());
    time_point start{1h};
    failure_detector manager{settings};
    manager.add(1, start);
    work_lease worker{settings.lease, start};
    // Arrival at the manager or back at the worker, with when it was sent.
    std::multimap<time_point, time_point> to_manager;
    std::multimap<time_point, time_point> to_worker;
    auto send = [](auto& to, time_point now, time_point sent_at) {
      auto is_lost = *rc::gen::weightedElement<bool>({{3, false}, {2, true}});
      if (!is_lost)
        to.emplace(now + 10ms * *rc::gen::inRange(0, 40), sent_at);
    };
    auto dead_at = never;
    for (auto now = start; now < start + 60s && dead_at == never; now += 10ms) {
      if ((now - start) % settings.heartbeat_interval == 0ms)
        send(to_manager, now, now);
      while (!to_manager.empty() && to_manager.begin()->first <= now) {
        auto sent_at = to_manager.begin()->second;
        to_manager.erase(to_manager.begin());
        if (manager.heard(1, now) != failure_detector::sign_of_life::too_late)
          send(to_worker, now, sent_at);
      }
      while (!to_worker.empty() && to_worker.begin()->first <= now) {
        worker.answered(to_worker.begin()->second);
        to_worker.erase(to_worker.begin());
      }
      for (auto& x : manager.check(now))
        if (x.health == peer_health::dead)
          dead_at = now;
    }
    if (dead_at != never)
      RC_ASSERT(dead_at - worker.ends_at()
                >= settings.dead_after - settings.lease);
    RC_TAG(dead_at != never ? "dead" : "alive");
  });
  EXPECT_TRUE(holds);
}

} // namespace troupe::core
