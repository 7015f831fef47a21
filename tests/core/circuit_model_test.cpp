// What holds for a circuit whatever happens to it, and a model that counts in
// the plainest way.

#include "core/circuit.hpp"
#include "tests/core/start.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

namespace troupe::core {

using namespace std::chrono_literals;

namespace {

circuit_settings some_settings() {
  circuit_settings x;
  x.failures_max = *rc::gen::inRange(0u, 4u);
  x.failure_rate = *rc::gen::element(0.0, 0.3, 0.5, 1.0);
  if (x.failures_max == 0 && x.failure_rate == 0)
    x.failures_max = 1;
  x.calls_min = *rc::gen::inRange(1u, 8u);
  x.window = *rc::gen::inRange(1, 30) * 1s;
  x.cool_down = *rc::gen::inRange(1, 10) * 1s;
  x.cool_down_factor = *rc::gen::element(1.0, 1.5, 2.0);
  x.cool_down_max = x.cool_down * *rc::gen::inRange(1, 6);
  x.probes = *rc::gen::inRange(1u, 4u);
  x.probe_time = *rc::gen::inRange(1, 10) * 1s;
  return x;
}

/// One circuit and whoever uses it; what it does can be seen from outside.
struct circuit_world {
  enum action { wait, submit, succeed, fail, straggle, trip, force, reset };

  explicit circuit_world(const circuit_settings& settings)
    : settings(settings), x(settings) {
  }

  void act(action what, int amount) {
    switch (what) {
      case wait:
        now += amount * 500ms;
        break;
      case submit:
        is_admitted = x.admits(now);
        if (is_admitted)
          x.admit(1, now);
        break;
      case succeed:
      case fail:
        x.record(what == succeed, now, now);
        break;
      case straggle:
        x.record(amount % 2 == 0, now - amount * 500ms, now);
        break;
      case trip:
        x.trip(now);
        break;
      case force:
        x.force_open(now);
        break;
      case reset:
        x.reset(now);
        break;
    }
  }

  circuit_settings settings;
  circuit x;
  time_point now = start;
  bool is_admitted = false;
};

using step = std::pair<circuit_world::action, int>;

step some_step() {
  auto what = *rc::gen::weightedElement<circuit_world::action>(
    {{6, circuit_world::wait},
     {6, circuit_world::submit},
     {4, circuit_world::succeed},
     {5, circuit_world::fail},
     {2, circuit_world::straggle},
     {1, circuit_world::trip},
     {1, circuit_world::force},
     {1, circuit_world::reset}});
  return {what, *rc::gen::inRange(0, 12)};
}

/// Runs a random history; `check` looks after each step.
void play(circuit_world& in, const std::function<void(const step&)>& check) {
  auto steps = *rc::gen::inRange(0, 300);
  for (int i = 0; i < steps; ++i) {
    auto next = some_step();
    in.act(next.first, next.second);
    check(next);
  }
}

bool equal(const circuit_info& x, const circuit_info& y) {
  return x.state == y.state && x.is_forced == y.is_forced && x.since == y.since
         && x.until == y.until && x.why == y.why && x.calls == y.calls
         && x.failures == y.failures && x.trips == y.trips
         && x.failures_in_row == y.failures_in_row;
}

} // namespace

TEST(circuit_model_test, every_circuit_that_opened_can_close) {
  EXPECT_TRUE(rc::check([] {
    circuit_world in{some_settings()};
    play(in, [](auto&) {});
    in.x.advance(in.now);
    if (in.x.info(in.now).is_forced) {
      RC_ASSERT(in.x.next() == never);
      return;
    }
    // Waits for nothing but what next() says, and wins each probe.
    for (int i = 0; i < 2 && in.x.state() != circuit_state::closed; ++i) {
      if (auto next = in.x.next(); next != never)
        in.now = std::max(in.now, next);
      while (in.x.admits(in.now) && in.x.state() != circuit_state::closed) {
        in.x.admit(1, in.now);
        in.x.record(true, in.now, in.now);
      }
    }
    RC_ASSERT(in.x.state() == circuit_state::closed);
  }));
}

TEST(circuit_model_test, admits_nothing_while_it_is_open) {
  EXPECT_TRUE(rc::check([] {
    circuit_world in{some_settings()};
    play(in, [&](const step& last) {
      auto info = in.x.info(in.now);
      if (last.first == circuit_world::submit
          && info.state == circuit_state::open)
        RC_ASSERT(!in.is_admitted);
      if (last.first == circuit_world::submit
          && info.state == circuit_state::closed)
        RC_ASSERT(in.is_admitted);
    });
  }));
}

TEST(circuit_model_test, admits_no_more_than_its_probes_when_it_is_half_open) {
  EXPECT_TRUE(rc::check([] {
    circuit_world in{some_settings()};
    uint32_t admitted = 0;
    uint64_t changes = 0;
    auto last_at = never;
    play(in, [&](const step& last) {
      if (std::exchange(changes, in.x.changes()) != in.x.changes())
        admitted = 0;
      if (last.first != circuit_world::submit || !in.is_admitted
          || in.x.state() != circuit_state::half_open)
        return;
      // Unless it gave up on the ones before.
      if (admitted == in.settings.probes) {
        RC_ASSERT(in.now - last_at >= in.settings.probe_time);
        admitted = 0;
      }
      ++admitted;
      last_at = in.now;
      RC_ASSERT(admitted <= in.settings.probes);
    });
  }));
}

TEST(circuit_model_test, stays_open_for_a_time_within_bounds) {
  EXPECT_TRUE(rc::check([] {
    circuit_world in{some_settings()};
    play(in, [&](auto&) {
      auto info = in.x.info(in.now);
      if (info.state != circuit_state::open) {
        RC_ASSERT(info.until == never);
        RC_ASSERT(!info.is_forced);
      } else if (info.is_forced) {
        RC_ASSERT(info.until == never);
      } else {
        auto time = info.until - info.since;
        RC_ASSERT(time >= in.settings.cool_down);
        RC_ASSERT(time <= in.settings.cool_down_max);
        if (in.settings.cool_down_factor == 1)
          RC_ASSERT(time == in.settings.cool_down);
      }
    });
  }));
}

TEST(circuit_model_test, is_the_same_however_often_one_looks) {
  EXPECT_TRUE(rc::check([] {
    circuit_world rarely{some_settings()};
    circuit_world often = rarely;
    play(rarely, [&](const step& last) {
      if (last.first == circuit_world::wait) {
        for (int i = 0; i < last.second; ++i) {
          often.now += 500ms;
          often.x.advance(often.now);
        }
      } else {
        often.act(last.first, last.second);
        RC_ASSERT(often.is_admitted == rarely.is_admitted);
      }
      auto now = rarely.now;
      rarely.x.advance(now);
      often.x.advance(now);
      RC_ASSERT(equal(rarely.x.info(now), often.x.info(now)));
    });
  }));
}

TEST(circuit_model_test, opens_exactly_when_a_recount_says_so) {
  EXPECT_TRUE(rc::check([] {
    auto settings = some_settings();
    circuit x{settings};
    auto now = start;
    // Since it closed.
    std::vector<std::pair<time_point, bool>> calls;
    auto number = [&](time_point at) {
      return at.time_since_epoch() / (settings.window / 10);
    };
    auto must_open = [&] {
      uint32_t in_row = 0;
      for (auto& [at, failed] : calls)
        in_row = failed ? in_row + 1 : 0;
      if (in_row == 0)
        return false;
      if (settings.failures_max > 0 && in_row >= settings.failures_max)
        return true;
      size_t counted = 0;
      size_t failures = 0;
      for (auto& [at, failed] : calls)
        if (number(now) - number(at) < 10) {
          ++counted;
          failures += failed;
        }
      // In whole numbers, where nothing is rounded.
      auto share = static_cast<size_t>(settings.failure_rate * 10 + 0.5);
      return share > 0 && counted >= settings.calls_min
             && failures * 10 >= share * counted;
    };
    auto steps = *rc::gen::inRange(0, 300);
    for (int i = 0; i < steps; ++i) {
      now += *rc::gen::inRange(0, 10) * 200ms;
      auto failed = *rc::gen::arbitrary<bool>();
      x.record(!failed, now, now);
      calls.emplace_back(now, failed);
      RC_ASSERT((x.state() == circuit_state::open) == must_open());
      if (x.state() == circuit_state::open) {
        x.reset(now);
        calls.clear();
      }
    }
  }));
}

} // namespace troupe::core
